/** What a gateway under test is, and the moves its tests make. */
import { randomUUID } from 'node:crypto'
import { expect, vi } from 'vitest'
import {
  GatewayUnknown,
  type Intent,
  type OpenIntent,
  type PaymentGateway,
} from '../../../src/payment/gateway.ts'

export interface GatewayUnderTest {
  gateway: PaymentGateway
  /** The same adapter where nothing listens. */
  unreachable: PaymentGateway
  /** Does what the buyer does on the page of a `requires_action`. */
  answerAction(url: string, answer: 'approve' | 'decline'): Promise<void>
  /** What really moved for an intent, from beyond the port. */
  moved(intentId: string): Promise<{ takenMinor: number[]; givenBackMinor: number[] }>
  close(): Promise<void>
}

/** Tokens of the gateway for what must be tried. */
export interface GatewayMethods {
  succeeds: string
  /** Answers so slowly that a repeat of its key meets it at work. */
  succeedsSlowly: string
  declines: string
  asks: string
  unknown: string
  /** Never answers, and takes nothing. */
  silent: string
  /** Never answers, and takes the money after the caller gave up. */
  silentAndTakes: string
  failsAfterTaking: string
  cutsAfterTaking: string
}

export const impatient = { timeoutMs: 300 }
export const amountMinor = 4_500
export const succeeded = (refundedMinor = 0) => ({ tag: 'succeeded', amountMinor, refundedMinor })
export const newKey = (): string => `test_${randomUUID()}`
export const newRequest = (): OpenIntent => ({
  ...{ key: newKey(), bookingId: randomUUID() },
  ...{ amountMinor, currency: 'EUR' },
})

export interface Caller extends Omit<GatewayUnderTest, 'moved' | 'close'> {
  methods: GatewayMethods
  open(): Promise<string>
  confirm(intentId: string, method: string, key?: string): Promise<Intent>
  paid(): Promise<string>
  lookUntil(intentId: string, tag: string): Promise<void>
  taken(intentId: string): Promise<number[]>
  givenBack(intentId: string): Promise<number[]>
  /** Of calls made at the same time: what was answered. A conflict is unknown to its caller; nothing else may fail. */
  answered<Answer>(calls: Promise<Answer>[]): Promise<Answer[]>
}

/** `under` is there when the tests run, not yet when they are named. */
export function callerOf(under: () => GatewayUnderTest, methods: GatewayMethods): Caller {
  const later = (gateway: () => PaymentGateway): PaymentGateway => ({
    name: 'under test',
    open: (...call) => gateway().open(...call),
    confirm: (...call) => gateway().confirm(...call),
    look: (...call) => gateway().look(...call),
    cancel: (...call) => gateway().cancel(...call),
    refund: (...call) => gateway().refund(...call),
  })
  const gateway = later(() => under().gateway)
  const open = async () => (await gateway.open(newRequest())).intentId
  const confirm = (intentId: string, method: string, key = newKey()) =>
    gateway.confirm(intentId, { key, method })
  return {
    gateway,
    unreachable: later(() => under().unreachable),
    methods,
    open,
    confirm,
    async paid() {
      const intentId = await open()
      await confirm(intentId, methods.succeeds)
      return intentId
    },
    lookUntil: (intentId, tag) =>
      vi.waitFor(async () => expect((await gateway.look(intentId)).outcome.tag).toBe(tag), {
        timeout: 30_000,
        interval: 50,
      }),
    answerAction: (url, answer) => under().answerAction(url, answer),
    taken: async (intentId) => (await under().moved(intentId)).takenMinor,
    givenBack: async (intentId) => (await under().moved(intentId)).givenBackMinor,
    async answered(calls) {
      return (await Promise.allSettled(calls)).flatMap((call) => {
        if (call.status === 'fulfilled') return [call.value]
        expect(call.reason).toBeInstanceOf(GatewayUnknown)
        return []
      })
    },
  }
}
