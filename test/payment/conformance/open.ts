/** `open` moves no money, and is one intent per key. */
import { describe, expect, test } from 'vitest'
import { GatewayRefused } from '../../../src/payment/gateway.ts'
import { type Caller, newRequest } from './caller.ts'

export function testOpen({ confirm, taken, answered, gateway, methods }: Caller): void {
  describe('open', () => {
    test('moves no money', async () => {
      const { intentId, outcome } = await gateway.open(newRequest())
      expect(outcome).toEqual({ tag: 'created' })
      expect((await gateway.look(intentId)).outcome).toEqual({ tag: 'created' })
      expect(await taken(intentId)).toEqual([])
    })

    test('repeated with its key, it is the same intent', async () => {
      const request = newRequest()
      const first = await gateway.open(request)
      expect(await gateway.open(request)).toEqual(first)
    })

    test('a key used with another request is refused', async () => {
      const request = newRequest()
      await gateway.open(request)
      await expect(gateway.open({ ...request, amountMinor: 1 })).rejects.toBeInstanceOf(GatewayRefused)
    })

    test('many at the same time with one key are one intent', async () => {
      const request = newRequest()
      const answers = await answered(Array.from({ length: 10 }, () => gateway.open(request)))
      const { intentId } = await gateway.open(request)
      for (const answer of answers) expect(answer.intentId).toBe(intentId)
    })

    test('an amount in a currency without minor units is taken as it is', async () => {
      const { intentId } = await gateway.open({ ...newRequest(), amountMinor: 3_000, currency: 'JPY' })
      await confirm(intentId, methods.succeeds)
      expect(await taken(intentId)).toEqual([3_000])
    })

    test('an amount of nothing is refused', async () => {
      await expect(gateway.open({ ...newRequest(), amountMinor: 0 })).rejects.toBeInstanceOf(GatewayRefused)
    })
  })
}
