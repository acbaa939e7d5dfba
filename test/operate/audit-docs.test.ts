import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { gatewayCheck } from '../../src/operate/audit/audit-gateway.ts'
import { ledgerCheck } from '../../src/operate/audit/audit-ledgers.ts'
import { rowChecks } from '../../src/operate/audit/audit-rows.ts'

test('docs/audit.md has every check with its promise, and no other', () => {
  const page = readFileSync('docs/audit.md', 'utf8')
  const checks = [...rowChecks, ledgerCheck, gatewayCheck]
  const headings = [...page.matchAll(/^### (.+)$/gm)].map((match) => match[1])
  expect(headings.sort()).toEqual(checks.map(({ name }) => name).sort())
  const oneLine = page.replace(/\s+/g, ' ')
  for (const { promise } of checks) expect(oneLine).toContain(`*${promise}`)
})
