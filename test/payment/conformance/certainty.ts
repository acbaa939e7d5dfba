/** The errors tell exactly what is known of a call. */
import { describe, expect, test } from 'vitest'
import { GatewayAway, GatewayRefused, GatewayUnknown, type Intent } from '../../../src/payment/gateway.ts'
import { amountMinor, type Caller, impatient, newKey, newRequest, succeeded } from './caller.ts'

export function testCertainty({
  open,
  confirm,
  lookUntil,
  taken,
  gateway,
  methods,
  unreachable,
}: Caller): void {
  describe('what is certain and what is not', () => {
    test('a call that is not answered in time is unknown, and a look tells that nothing was taken', async () => {
      const intentId = await open()
      const call = gateway.confirm(intentId, { key: newKey(), method: methods.silent }, impatient)
      await expect(call).rejects.toBeInstanceOf(GatewayUnknown)
      expect((await gateway.look(intentId)).outcome).toEqual({ tag: 'created' })
      expect((await gateway.cancel(intentId, { key: newKey() })).outcome).toEqual({ tag: 'cancelled' })
      expect(await taken(intentId)).toEqual([])
    })

    test('money that moves after the timeout is found by looking, and a repeat takes no more', async () => {
      const [intentId, key] = [await open(), newKey()]
      const request = { key, method: methods.silentAndTakes }
      await expect(gateway.confirm(intentId, request, impatient)).rejects.toBeInstanceOf(GatewayUnknown)
      expect((await gateway.look(intentId)).outcome.tag).not.toBe('succeeded')
      await lookUntil(intentId, 'succeeded')
      await gateway.confirm(intentId, request, impatient).catch(() => {})
      expect(await taken(intentId)).toEqual([amountMinor])
    })

    test.each(['failsAfterTaking', 'cutsAfterTaking'] as const)(
      'a confirm that %s is unknown, also repeated, and taken once',
      async (method) => {
        const [intentId, key] = [await open(), newKey()]
        const again = (): Promise<Intent> => confirm(intentId, methods[method], key)
        await expect(again()).rejects.toBeInstanceOf(GatewayUnknown)
        expect((await gateway.look(intentId)).outcome).toEqual(succeeded())
        await again().catch((error) => expect(error).toBeInstanceOf(GatewayUnknown))
        expect(await taken(intentId)).toEqual([amountMinor])
      },
    )

    test('a call that is aborted is unknown', async () => {
      const [intentId, leaving] = [await open(), new AbortController()]
      const confirming = gateway.confirm(
        intentId,
        { key: newKey(), method: methods.succeedsSlowly },
        { signal: leaving.signal },
      )
      const told = expect(confirming).rejects.toBeInstanceOf(GatewayUnknown)
      await lookUntil(intentId, 'processing')
      leaving.abort()
      await told
      await lookUntil(intentId, 'succeeded')
    })

    test('a call that was aborted before it began was never sent', async () => {
      const intentId = await open()
      const request = { key: newKey(), method: methods.succeeds }
      await expect(
        gateway.confirm(intentId, request, { signal: AbortSignal.abort() }),
      ).rejects.toBeInstanceOf(GatewayAway)
      expect((await gateway.look(intentId)).outcome).toEqual({ tag: 'created' })
    })

    test('where nothing listens, every call is known not to have happened', async () => {
      const key = newKey()
      const calls = [
        unreachable.open(newRequest()),
        unreachable.confirm('pi_1', { key, method: methods.succeeds }),
        unreachable.look('pi_1'),
        unreachable.cancel('pi_1', { key }),
        unreachable.refund('pi_1', { key, amountMinor: 1 }),
      ]
      for (const call of await Promise.allSettled(calls)) {
        expect(call).toMatchObject({ status: 'rejected', reason: expect.any(GatewayAway) })
      }
    })

    test('an intent that does not exist is refused', async () => {
      await expect(gateway.look('pi_00000000000000000000000000000000')).rejects.toBeInstanceOf(GatewayRefused)
    })
  })
}
