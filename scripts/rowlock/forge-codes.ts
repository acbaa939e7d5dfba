/**
 * Forged ticket codes without end, made up or bent from a genuine one, in eight ways. Most keep the key id, so that they
 * get as far as the signature. They follow from a seed, so that one that is accepted can be made again.
 */
import { createHash } from 'node:crypto'
import { codeBytes, readCodeText, writeCodeText } from '../../src/ticket/code-text.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const keyIdEnd = 4
const signedEnd = 41
const sAt = 73

/** The forgery of a number; a genuine code may be among them by chance, unbent. */
export function forger(code: string, seed: string): (count: number) => string {
  const read = readCodeText(code)
  if (read.outcome !== 'read') throw new Error(`Expected a ticket code to bend, got ${read.outcome}`)
  const genuine = Buffer.from(read.bytes)
  const random = chance(seed)
  return (count) => forge(code, genuine, random, count)
}

function forge(code: string, genuine: Buffer, random: (below: number) => number, count: number): string {
  const forged = Buffer.from(genuine)
  const scatter = (from: number, to: number) => {
    for (let at = from; at < to; at++) forged[at] = random(256)
  }
  switch (count % 8) {
    case 0:
      scatter(0, codeBytes)
      break
    case 1:
      scatter(keyIdEnd, codeBytes)
      break
    case 2:
      scatter(keyIdEnd, signedEnd)
      break
    case 3:
      scatter(signedEnd, codeBytes)
      break
    case 4:
      for (let changes = 1 + random(4); changes > 0; changes--) {
        const at = keyIdEnd + random(codeBytes - keyIdEnd)
        forged[at] = (forged[at] ?? 0) ^ (1 << random(8))
      }
      break
    case 5: {
      const [from, to] = [random(codeBytes), random(codeBytes)]
      forged.copy(forged, to, from, from + random(codeBytes))
      break
    }
    case 6:
      // An S that is in range, as a careful forger would make it.
      scatter(sAt, codeBytes - 1)
      forged[codeBytes - 1] = random(16)
      break
    default: {
      const at = random(code.length)
      return code.slice(0, at) + letters.charAt(random(32)) + code.slice(at + random(3))
    }
  }
  return writeCodeText(forged)
}

/** Numbers below a bound that follow from a seed. */
function chance(seed: string): (below: number) => number {
  let pool = Buffer.alloc(0)
  let blocks = 0
  return (below) => {
    if (pool.length < 4) pool = createHash('sha512').update(`${seed} ${blocks++}`).digest()
    const value = pool.readUInt32LE(0)
    pool = pool.subarray(4)
    return value % below
  }
}
