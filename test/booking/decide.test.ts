import { expect, test } from 'vitest'
import { bookingLimits as limits } from '../../src/booking/booking-limits.ts'
import { bookingMoves, type Standing } from '../../src/booking/booking-state.ts'
import {
  type Call,
  type CancelWish,
  decide,
  decideCancel,
  type Heard,
  type Step,
} from '../../src/booking/decide.ts'

const now = new Date('2026-11-23T20:00:00Z')
const ago = (ms: number) => new Date(now.getTime() - ms)
const intentId = 'pi_1'

const ages = [0, 1_000, 20_000, 31_000, 599_000, 601_000, 901_000, 7_199_000, 7_201_000]

const outcomes: Heard['outcome'][] = [
  { tag: 'created', intentId },
  { tag: 'processing', intentId },
  { tag: 'requires_action', intentId, url: 'http://bank' },
  { tag: 'succeeded', intentId, amountMinor: 100, refundedMinor: 0 },
  { tag: 'declined', intentId, code: 'no', message: 'No.' },
  { tag: 'cancelled', intentId },
  { tag: 'unknown' },
  { tag: 'away' },
  { tag: 'refused', code: 'no' },
]
const calls: Call[] = ['open', 'confirm', 'look', 'cancel']
const heards: (Heard | null)[] = [
  null,
  ...calls.flatMap((call) => outcomes.map((outcome) => ({ call, outcome }))),
]

function standingsAt(ageMs: number): Standing[] {
  const since = ago(ageMs)
  const sent = [
    { state: 'CONFIRMING', intentId, confirmSentAt: since },
    { state: 'REQUIRES_ACTION', intentId, confirmSentAt: since },
  ] as const
  return [
    { state: 'PENDING', since, payment: null },
    { state: 'PENDING', since, payment: { state: 'OPENING' } },
    { state: 'PENDING', since, payment: { state: 'OPENED', intentId } },
    { state: 'PENDING', since, payment: sent[0] },
    { state: 'PAYMENT_QUEUED', since, payment: { state: 'OPENING' } },
    { state: 'PAYMENT_QUEUED', since, payment: { state: 'OPENED', intentId } },
    { state: 'REQUIRES_ACTION', since, payment: sent[1] },
    { state: 'PAYMENT_UNKNOWN', since, payment: sent[0] },
    { state: 'NEEDS_OPERATOR', since, payment: sent[0] },
    { state: 'NEEDS_OPERATOR', since, payment: sent[1] },
    { state: 'CONFIRMED', payment: { state: 'SUCCEEDED', intentId } },
    { state: 'FAILED', payment: { state: 'DECLINED' } },
    { state: 'CANCELLED', payment: { state: 'CANCELLED' } },
    { state: 'CANCELLED', payment: { state: 'SUCCEEDED', intentId } },
  ]
}

interface Case {
  standing: Standing
  heard: Heard | null
  step: Step
}

const cases: Case[] = ages.flatMap((age) =>
  standingsAt(age).flatMap((standing) =>
    heards.map((heard) => ({ standing, heard, step: decide(standing, heard, now, limits) })),
  ),
)

const targetOf = (step: Step): string | null => {
  if (step.do === 'sell') return 'CONFIRMED'
  if (step.do === 'give_up') return 'FAILED'
  return step.do === 'keep_waiting' ? step.to : null
}

test('a confirm is sent only for a payment whose confirm was never sent', () => {
  const confirms = cases.filter(({ step }) => step.do === 'call' && step.call === 'confirm')
  expect(confirms.length).toBeGreaterThan(0)
  for (const { standing } of confirms) expect(standing.payment?.state).toBe('OPENED')
})

test('a confirm is taken back only on proof that this process did not send it', () => {
  const unsent = cases.filter(({ step }) => step.do === 'unsend')
  expect(unsent.length).toBeGreaterThan(0)
  for (const { standing, heard } of unsent) {
    expect(standing.state).toBe('PENDING')
    expect(heard).toEqual({ call: 'confirm', outcome: { tag: 'away' } })
  }
})

test('seats are given back only when the gateway said no, or when no confirm was sent', () => {
  const given = cases.filter(({ step }) => step.do === 'give_up')
  expect(given.length).toBeGreaterThan(0)
  for (const { standing, heard } of given) {
    if (standing.payment?.state === 'OPENING' || standing.payment?.state === 'OPENED') continue
    expect(['declined', 'cancelled']).toContain(heard?.outcome.tag)
  }
})

test('tickets are given only for money that the gateway has taken, or where there is nothing to pay', () => {
  const sold = cases.filter(({ step }) => step.do === 'sell')
  expect(sold.length).toBeGreaterThan(0)
  for (const { standing, heard } of sold)
    expect(standing.payment === null || heard?.outcome.tag === 'succeeded').toBe(true)
})

test('every step leads along a move of the table', () => {
  for (const { standing, step } of cases) {
    const to = targetOf(step)
    if (to !== null) expect(bookingMoves[standing.state]).toContain(to)
  }
})

test('money that comes after the end is owed back, unless it is known already', () => {
  const late: Heard = {
    call: 'look',
    outcome: { tag: 'succeeded', intentId, amountMinor: 100, refundedMinor: 0 },
  }
  const failed: Standing = { state: 'FAILED', payment: { state: 'CANCELLED' } }
  expect(decide(failed, late, now, limits).do).toBe('owe_refund')
  const known: Standing = { state: 'CANCELLED', payment: { state: 'SUCCEEDED', intentId } }
  expect(decide(known, late, now, limits).do).toBe('rest')
})

test('a gateway that never answers brings every waiting state to its limit', () => {
  const silent = (call: Call): Heard => ({ call, outcome: { tag: 'unknown' } })
  for (const standing of standingsAt(7_201_000)) {
    if (standing.state === 'CONFIRMED' || standing.state === 'FAILED' || standing.state === 'CANCELLED')
      continue
    const first = decide(standing, null, now, limits)
    const step = first.do === 'call' ? decide(standing, silent(first.call), now, limits) : first
    if (standing.state === 'NEEDS_OPERATOR') expect(step).toEqual({ do: 'wait', lookInMs: 300_000 })
    else expect(['NEEDS_OPERATOR', 'FAILED', 'CONFIRMED']).toContain(targetOf(step))
  }
})

test('a payment that was not approved within ten minutes is cancelled at the gateway before anything else', () => {
  const asked = (ms: number): Standing => ({
    state: 'REQUIRES_ACTION',
    since: ago(ms),
    payment: { state: 'REQUIRES_ACTION', intentId, confirmSentAt: ago(ms) },
  })
  const stillAsked: Heard = {
    call: 'look',
    outcome: { tag: 'requires_action', intentId, url: 'http://bank' },
  }
  expect(decide(asked(599_999), stillAsked, now, limits).do).toBe('wait')
  expect(decide(asked(600_000), stillAsked, now, limits)).toEqual({ do: 'call', call: 'cancel' })
})

test('a cancel is asked for once, and what came of it is looked up: a repeat would tell nothing new', () => {
  for (const { standing, heard, step } of cases) {
    if (step.do !== 'call' || step.call !== 'cancel') continue
    expect(heard?.call).not.toBe('cancel')
    expect(standing.payment && 'confirmSentAt' in standing.payment).toBe(true)
  }
})

test('looks for an unknown outcome come after 1, 2, 5, 10 and then every 30 seconds', () => {
  const looks: number[] = []
  let age = 0
  while (looks.length < 7) {
    const standing: Standing = {
      state: 'PAYMENT_UNKNOWN',
      since: ago(age),
      payment: { state: 'CONFIRMING', intentId, confirmSentAt: ago(age) },
    }
    const step = decide(standing, { call: 'look', outcome: { tag: 'unknown' } }, now, limits)
    if (step.do !== 'wait') throw new Error(`Expected a wait, got ${step.do}`)
    looks.push(step.lookInMs)
    age += step.lookInMs
  }
  expect(looks).toEqual([1_000, 2_000, 5_000, 10_000, 30_000, 30_000, 30_000])
})

const wish: CancelWish = { by: 'buyer', part: false, showBegun: false, windowOver: false }

test('a cancel asks the gateway first whenever money may be on its way, whoever wants it', () => {
  for (const by of ['buyer', 'house'] as const) {
    for (const standing of standingsAt(0)) {
      const step = decideCancel(standing, { ...wish, by })
      const sent = standing.payment?.state === 'CONFIRMING' || standing.payment?.state === 'REQUIRES_ACTION'
      if (sent && standing.state !== 'NEEDS_OPERATOR') expect(step.do).toBe('ask_gateway')
      if (step.do === 'end')
        expect(standing.payment === null || ['OPENING', 'OPENED'].includes(standing.payment.state)).toBe(true)
    }
  }
})

test('buyers give paid seats back within their time, and nothing of a show that has begun; the house always may', () => {
  const confirmed: Standing = { state: 'CONFIRMED', payment: { state: 'SUCCEEDED', intentId } }
  const late = { ...wish, windowOver: true }
  expect(decideCancel(confirmed, wish)).toEqual({ do: 'undo' })
  expect(decideCancel(confirmed, late)).toEqual({ do: 'refuse', why: 'too_late' })
  for (const standing of standingsAt(0)) {
    if (standing.state === 'CANCELLED') continue
    expect(decideCancel(standing, { ...late, showBegun: true })).toEqual({ do: 'refuse', why: 'show_begun' })
  }
  expect(decideCancel(confirmed, { by: 'house', part: true, showBegun: true, windowOver: true })).toEqual({
    do: 'undo',
  })
})

test('what waits to be paid can be left at any time before the show, but not in part', () => {
  const queued: Standing = { state: 'PAYMENT_QUEUED', since: now, payment: { state: 'OPENING' } }
  expect(decideCancel(queued, { ...wish, windowOver: true })).toEqual({ do: 'end' })
  expect(decideCancel(queued, { ...wish, part: true })).toEqual({ do: 'refuse', why: 'not_paid_yet' })
})
