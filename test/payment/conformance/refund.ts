/** `refund` gives back once per key, and never more than was taken. */
import { describe, expect, test } from 'vitest'
import { GatewayRefused } from '../../../src/payment/gateway.ts'
import { amountMinor, type Caller, newKey, succeeded } from './caller.ts'

export function testRefund({ open, paid, givenBack, answered, gateway }: Caller): void {
  describe('refund', () => {
    test('gives back in parts, and never more than was taken', async () => {
      const intentId = await paid()
      await gateway.refund(intentId, { key: newKey(), amountMinor: 1_000 })
      expect((await gateway.look(intentId)).outcome).toEqual(succeeded(1_000))
      await expect(gateway.refund(intentId, { key: newKey(), amountMinor: 3_501 })).rejects.toBeInstanceOf(
        GatewayRefused,
      )
      await gateway.refund(intentId, { key: newKey(), amountMinor: 3_500 })
      await expect(gateway.refund(intentId, { key: newKey(), amountMinor: 1 })).rejects.toBeInstanceOf(
        GatewayRefused,
      )
      expect((await gateway.look(intentId)).outcome).toEqual(succeeded(amountMinor))
      expect(await givenBack(intentId)).toEqual([1_000, 3_500])
    })

    test('gives back once per key, in a row and at the same time', async () => {
      const [intentId, key] = [await paid(), newKey()]
      const refund = () => gateway.refund(intentId, { key, amountMinor: 500 })
      const answers = await answered(Array.from({ length: 10 }, refund))
      const { refundId } = await refund()
      for (const answer of answers) expect(answer.refundId).toBe(refundId)
      expect(await givenBack(intentId)).toEqual([500])
    })

    test('a key used for another amount is refused, and gives back nothing more', async () => {
      const [intentId, key] = [await paid(), newKey()]
      await gateway.refund(intentId, { key, amountMinor: 500 })
      await expect(gateway.refund(intentId, { key, amountMinor: 600 })).rejects.toBeInstanceOf(GatewayRefused)
      expect(await givenBack(intentId)).toEqual([500])
    })

    test('many at the same time, with a key each, never give back more than was taken', async () => {
      const intentId = await paid()
      const refund = () => gateway.refund(intentId, { key: newKey(), amountMinor: 1_000 })
      await Promise.allSettled(Array.from({ length: 10 }, refund))
      expect(await givenBack(intentId)).toEqual([1_000, 1_000, 1_000, 1_000])
    })

    test('of what was never paid is refused', async () => {
      const intentId = await open()
      await expect(gateway.refund(intentId, { key: newKey(), amountMinor: 1 })).rejects.toBeInstanceOf(
        GatewayRefused,
      )
      expect(await givenBack(intentId)).toEqual([])
    })
  })
}
