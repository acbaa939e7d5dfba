/** What the buyer does on the page of a `requires_action`. */
import { describe, expect, test } from 'vitest'
import { amountMinor, type Caller, newKey, succeeded } from './caller.ts'

export function testAction({
  open,
  confirm,
  lookUntil,
  taken,
  gateway,
  methods,
  answerAction,
}: Caller): void {
  describe('an action of the buyer', () => {
    const asked = async (): Promise<{ intentId: string; url: string }> => {
      const intentId = await open()
      const { outcome } = await confirm(intentId, methods.asks)
      if (outcome.tag !== 'requires_action') throw new Error(`Expected to be asked, got ${outcome.tag}`)
      expect(await taken(intentId)).toEqual([])
      return { intentId, url: outcome.url }
    }

    test('approved: the money moves, once', async () => {
      const { intentId, url } = await asked()
      await answerAction(url, 'approve')
      await lookUntil(intentId, 'succeeded')
      await answerAction(url, 'approve').catch(() => {})
      await answerAction(url, 'decline').catch(() => {})
      expect((await gateway.look(intentId)).outcome).toEqual(succeeded())
      expect(await taken(intentId)).toEqual([amountMinor])
    })

    test('declined: no money moves, also when it is approved afterwards', async () => {
      const { intentId, url } = await asked()
      await answerAction(url, 'decline')
      await lookUntil(intentId, 'declined')
      await answerAction(url, 'approve').catch(() => {})
      expect((await gateway.look(intentId)).outcome.tag).toBe('declined')
      expect(await taken(intentId)).toEqual([])
    })

    test('cancelled meanwhile: approving moves nothing', async () => {
      const { intentId, url } = await asked()
      expect((await gateway.cancel(intentId, { key: newKey() })).outcome).toEqual({ tag: 'cancelled' })
      await answerAction(url, 'approve').catch(() => {})
      expect((await gateway.look(intentId)).outcome).toEqual({ tag: 'cancelled' })
      expect(await taken(intentId)).toEqual([])
    })
  })
}
