/** docs/gate.md says what the code does: its vector, its codes, its numbers. */
import { readFileSync } from 'node:fs'
import { isEnumType, isObjectType, isUnionType } from 'graphql'
import { expect, test } from 'vitest'
import { readBundle } from '../../src/gate/bundle-format.ts'
import { gateLimits } from '../../src/gate/index.ts'
import { schema } from '../../src/graphql/index.ts'
import { callRates } from '../../src/graphql/limits.ts'
import { checkingKey, readGateKey } from '../../src/ticket/index.ts'

const page = readFileSync('docs/gate.md', 'utf8')
const json = /```json\n([\s\S]*?)\n```/.exec(page)?.[1] ?? '{}'
const vector = JSON.parse(json) as { bytes: string; content: { keys: { key: string }[] } }
const written = new Set([...page.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, code]) => code))

test('its bundle opens with the first key of the code format’s vectors', async () => {
  const key = checkingKey(readGateKey(vector.content.keys[0]?.key ?? ''))
  expect(await readBundle(Buffer.from(vector.bytes, 'base64'), [key], 10_000)).toEqual(vector.content)
})

test('every answer of the gate is explained', () => {
  const codes = ['ScanTicketResult', 'UndoScanResult'].flatMap((name) => {
    const union = schema.getType(name)
    const members = isUnionType(union) ? union.getTypes() : []
    return members.filter((member) => isObjectType(member) && !member.name.endsWith('Ok'))
  })
  const usual = ['NOT_SIGNED_IN', 'NOT_ALLOWED', 'BAD_ID']
  const expected = codes.map(({ name }) => name.replace(/(?<=[a-z])([A-Z])/g, '_$1').toUpperCase())
  for (const name of ['SyncOutcome', 'CodeStanding', 'ScanConflictKind']) {
    const type = schema.getType(name)
    if (isEnumType(type)) expected.push(...type.getValues().map((value) => value.name))
  }
  expect(expected.filter((code) => !usual.includes(code) && !written.has(code))).toEqual([])
})

test('its numbers are the ones that are kept', () => {
  const { opensBeforeMinutes, closesAfterMinutes, opensBeforeMinutesMax, closesAfterMinutesMax } = gateLimits
  const { gatesMax, scansPerSyncMax, bundleBytesMax, undoMsMax, clockOffMsMax } = gateLimits
  const print = (number: number) => number.toLocaleString('en')
  for (const told of [
    `| ${opensBeforeMinutes} | ${print(opensBeforeMinutesMax)} |`,
    `| ${closesAfterMinutes} | ${print(closesAfterMinutesMax)} |`,
    `every seat | ${gatesMax} |`,
    `Up to ${scansPerSyncMax} scans`,
    `past ${print(bundleBytesMax)} bytes`,
    `gates for ${undoMsMax / 60_000} minutes`,
    `at most ${clockOffMsMax / 60_000} minutes from`,
    `${print(callRates.gate_scan.points)} times a minute`,
    `bundles ${callRates.gate_sync.points} times`,
    `up to ${gateLimits.gateNameCharsMax} letters`,
    `1 to ${gateLimits.deviceCharsMax} characters`,
    `${gateLimits.nonceCharsMin} to ${gateLimits.nonceCharsMax} of the same`,
  ]) {
    expect(page.replace(/\s+/g, ' ')).toContain(told)
  }
})
