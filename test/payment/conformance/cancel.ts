/** `cancel` says how the intent stands, and what is cancelled never takes money. */
import { describe, expect, test } from 'vitest'
import { GatewayRefused } from '../../../src/payment/gateway.ts'
import { amountMinor, type Caller, newKey, succeeded } from './caller.ts'

export function testCancel({ open, confirm, paid, lookUntil, taken, gateway, methods }: Caller): void {
  describe('cancel', () => {
    test('before a confirm: no confirm takes money any more', async () => {
      const intentId = await open()
      expect((await gateway.cancel(intentId, { key: newKey() })).outcome).toEqual({ tag: 'cancelled' })
      await expect(confirm(intentId, methods.succeeds)).rejects.toBeInstanceOf(GatewayRefused)
      expect((await gateway.look(intentId)).outcome).toEqual({ tag: 'cancelled' })
      expect(await taken(intentId)).toEqual([])
    })

    test('too late: it answers what is so', async () => {
      expect((await gateway.cancel(await paid(), { key: newKey() })).outcome).toEqual(succeeded())
      const declined = await open()
      await confirm(declined, methods.declines)
      expect((await gateway.cancel(declined, { key: newKey() })).outcome.tag).toBe('declined')
    })

    test('of a payment that is being processed never says cancelled and then takes the money', async () => {
      const intentId = await open()
      const confirming = confirm(intentId, methods.succeedsSlowly).catch(() => {})
      await lookUntil(intentId, 'processing')
      const { outcome } = await gateway.cancel(intentId, { key: newKey() })
      await confirming
      expect(await taken(intentId)).toEqual(outcome.tag === 'cancelled' ? [] : [amountMinor])
    })

    test('against a confirm at the same time: cancelled or paid, never both', async () => {
      for (let round = 0; round < 10; round++) {
        const intentId = await open()
        await Promise.allSettled([
          confirm(intentId, methods.succeeds),
          gateway.cancel(intentId, { key: newKey() }),
        ])
        const { outcome } = await gateway.look(intentId)
        expect(['cancelled', 'succeeded']).toContain(outcome.tag)
        expect(await taken(intentId)).toEqual(outcome.tag === 'cancelled' ? [] : [amountMinor])
      }
    })

    test('repeated with its key, it answers the same', async () => {
      const [intentId, key] = [await open(), newKey()]
      const first = await gateway.cancel(intentId, { key })
      expect(await gateway.cancel(intentId, { key })).toEqual(first)
    })
  })
}
