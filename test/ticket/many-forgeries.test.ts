/** Forgeries by the hundred thousand: none is accepted, none throws, and the bound on time is part of the guarantee. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { forger } from '../../scripts/rowlock/forge-codes.ts'
import { makeCode, verifyCode } from '../../src/ticket/code.ts'
import { holding, keyOf, ticket } from './ticket-names.ts'

const key = keyOf('house')
const gate = holding(key)
const code = makeCode(ticket, key)

test('a hundred thousand forgeries, made up or bent from genuine codes: none is accepted and none throws', {
  timeout: 120_000,
}, () => {
  const forgeries = 100_000
  const seed = randomBytes(8).toString('hex')
  const forge = forger(code, seed)
  const began = performance.now()
  for (let count = 0; count < forgeries; count++) {
    const text = forge(count)
    if (text !== code && verifyCode(text, gate).outcome === 'valid') {
      throw new Error(`Accepted (seed ${seed}): ${text}`)
    }
  }
  // A forgery that gets as far as its signature costs a tenth of a millisecond; a gate is not slowed by them.
  expect((performance.now() - began) / forgeries).toBeLessThan(1)
})
