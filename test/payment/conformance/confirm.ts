/** `confirm` takes the money once, however often and by how many it is called. */
import { describe, expect, test } from 'vitest'
import { GatewayRefused, GatewayUnknown } from '../../../src/payment/gateway.ts'
import { amountMinor, type Caller, newKey, succeeded } from './caller.ts'

export function testConfirm({ open, confirm, paid, lookUntil, taken, gateway, methods }: Caller): void {
  describe('confirm', () => {
    test('takes the amount once', async () => {
      const intentId = await open()
      expect((await confirm(intentId, methods.succeeds)).outcome).toEqual(succeeded())
      expect((await gateway.look(intentId)).outcome).toEqual(succeeded())
      expect(await taken(intentId)).toEqual([amountMinor])
    })

    test('repeated with its key, it answers the same and takes nothing more', async () => {
      const [intentId, key] = [await open(), newKey()]
      const first = await confirm(intentId, methods.succeeds, key)
      expect(await confirm(intentId, methods.succeeds, key)).toEqual(first)
      expect(await taken(intentId)).toEqual([amountMinor])
    })

    test('with another key, a paid intent takes nothing more', async () => {
      const intentId = await paid()
      await expect(confirm(intentId, methods.succeeds)).rejects.toBeInstanceOf(GatewayRefused)
      expect(await taken(intentId)).toEqual([amountMinor])
    })

    test.each(['one key', 'a key each'])('many at the same time, with %s, take once', async (how) => {
      const [intentId, key] = [await open(), newKey()]
      const calls = Array.from({ length: 10 }, () =>
        confirm(intentId, methods.succeeds, how === 'one key' ? key : newKey()),
      )
      const outcomes = await Promise.allSettled(calls)
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') expect(outcome.value.outcome).toEqual(succeeded())
        else expect([GatewayUnknown, GatewayRefused]).toContain(outcome.reason.constructor)
      }
      expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true)
      expect(await taken(intentId)).toEqual([amountMinor])
    })

    test('a repeat that meets the first at work is unknown, not refused', async () => {
      const [intentId, key] = [await open(), newKey()]
      const first = confirm(intentId, methods.succeedsSlowly, key)
      await lookUntil(intentId, 'processing')
      await expect(confirm(intentId, methods.succeedsSlowly, key)).rejects.toBeInstanceOf(GatewayUnknown)
      expect((await first).outcome).toEqual(succeeded())
      expect(await taken(intentId)).toEqual([amountMinor])
    })

    test('a declined payment is an outcome with a code and a sentence, and final', async () => {
      const intentId = await open()
      const declined = {
        tag: 'declined',
        code: expect.stringMatching(/^\w+$/),
        message: expect.stringMatching(/\.$/),
      }
      expect((await confirm(intentId, methods.declines)).outcome).toEqual(declined)
      expect((await gateway.look(intentId)).outcome).toEqual(declined)
      expect(await taken(intentId)).toEqual([])
    })

    test('a token the gateway does not know is refused, and the intent can still be paid', async () => {
      const intentId = await open()
      await expect(confirm(intentId, methods.unknown)).rejects.toBeInstanceOf(GatewayRefused)
      expect((await confirm(intentId, methods.succeeds)).outcome).toEqual(succeeded())
    })
  })
}
