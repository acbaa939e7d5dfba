/** Forgeries by the hundred thousand: none is accepted, none throws, and the bound on time is part of the guarantee. */
import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { makeCode, verifyCode } from '../../src/ticket/code.ts'
import { codeBytes, readCodeText, writeCodeText } from '../../src/ticket/code-text.ts'
import { holding, keyOf, ticket } from './ticket-names.ts'

const key = keyOf('house')
const gate = holding(key)
const code = makeCode(ticket, key)
const read = readCodeText(code)
const bytes = Buffer.from(read.outcome === 'read' ? read.bytes : [])
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const keyIdEnd = 4
const signedEnd = 41

const outcomeOf = (text: string) => verifyCode(text, gate).outcome

test('a hundred thousand forgeries, made up or bent from genuine codes: none is accepted and none throws', {
  timeout: 120_000,
}, () => {
  const forgeries = 100_000
  const seed = randomBytes(8).toString('hex')
  const random = chance(seed)
  const began = performance.now()
  for (let count = 0; count < forgeries; count++) {
    const text = forge(random, count)
    if (text !== code && outcomeOf(text) === 'valid') throw new Error(`Accepted (seed ${seed}): ${text}`)
  }
  // A forgery that gets as far as its signature costs a tenth of a millisecond; a gate is not slowed by them.
  expect((performance.now() - began) / forgeries).toBeLessThan(1)
})

/** Numbers below a bound that follow from a seed, so that a failure can be repeated. */
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

/** One of eight ways; most keep the key id, so that they get as far as the signature. */
function forge(random: (below: number) => number, count: number): string {
  const forged = Buffer.from(bytes)
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
      scatter(73, 104)
      forged[104] = random(16)
      break
    default: {
      const at = random(code.length)
      return code.slice(0, at) + letters.charAt(random(32)) + code.slice(at + random(3))
    }
  }
  return writeCodeText(forged)
}
