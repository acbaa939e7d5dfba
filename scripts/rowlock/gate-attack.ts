/** Forges ticket codes by the million, against keys made for it, and counts what is accepted: nothing may be. */
import { randomBytes } from 'node:crypto'
import { addFigure, addPromise, openReport, printReport } from '../../src/operate/index.ts'
import { openProgress } from '../../src/platform/progress.ts'
import { makeCode, verifyCode } from '../../src/ticket/code.ts'
import { makeKeySecrets, signingKey } from '../../src/ticket/code-key.ts'
import type { KeyStanding } from '../../src/ticket/index.ts'
import { BadUsage, type Command, readArgs } from './command.ts'
import { forger } from './forge-codes.ts'

const forgeriesMax = 1_000_000_000
const stepsShown = 100

export const gateAttackCommand: Command = {
  name: 'gate attack',
  usage: '[--forgeries 1000000] [--json FILE]',
  about: 'Forges ticket codes in eight ways, against keys made for it. Fails if one is accepted.',
  async run(args) {
    const { values, positionals } = readArgs(args, {
      forgeries: { type: 'string', default: '1000000' },
      json: { type: 'string' },
    })
    const forgeries = Number(values.forgeries)
    const isCount = Number.isInteger(forgeries) && forgeries >= 1 && forgeries <= forgeriesMax
    if (positionals.length > 0 || !isCount) {
      throw new BadUsage(`Expected --forgeries from 1 to ${forgeriesMax}, got ${values.forgeries}.`)
    }
    const report = openReport('gate attack')
    const { accepted, outcomes, seconds, seed } = attack(forgeries)
    addPromise(report, 'forgeries accepted', accepted.length, 'codes')
    for (const [outcome, count] of outcomes) addFigure(report, `answered ${outcome}`, count, 'codes')
    addFigure(report, 'time for each', (seconds / forgeries) * 1e6, 'us')
    report.notes.push(`Seed ${seed}.`, ...accepted.map((code) => `Accepted: ${code}`))
    printReport(report, values.json)
    return accepted.length === 0 ? 0 : 1
  },
}

const acceptedShown = 10

function attack(forgeries: number) {
  const key = signingKey(makeKeySecrets(randomBytes))
  const ticketId = '0f1e2d3c-4b5a-8697-88a9-bacbdcedfe0f'
  const code = makeCode({ ticketId, showId: 4_711, seatNo: 1_203, generation: 1 }, key)
  const standingOf = (keyId: string): KeyStanding =>
    keyId === key.keyId ? { state: 'active', key } : { state: 'unknown' }
  const seed = randomBytes(8).toString('hex')
  const forge = forger(code, seed)
  const outcomes = new Map<string, number>()
  const accepted: string[] = []
  const progress = openProgress('Forging', stepsShown)
  const began = performance.now()
  for (let count = 0; count < forgeries; count++) {
    const text = forge(count)
    const { outcome } = verifyCode(text, standingOf)
    const told = text === code ? 'valid, and left unbent by chance' : outcome
    outcomes.set(told, (outcomes.get(told) ?? 0) + 1)
    if (told === 'valid' && accepted.length < acceptedShown) accepted.push(text)
    if (count % Math.ceil(forgeries / stepsShown) === 0) progress.step()
  }
  progress.end()
  return { accepted, outcomes, seconds: (performance.now() - began) / 1000, seed }
}
