import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { NoticeNotVerified } from '../../src/payment/gateway-notice.ts'
import { readStripeWebhook } from '../../src/payment/stripe/read-stripe-webhook.ts'

const now = new Date('2026-11-23T20:00:00Z')
const nowS = now.getTime() / 1_000
const [secret, nextSecret] = ['whsec_now', 'whsec_next']

const sign = (body: string, atS = nowS, by = secret) =>
  `t=${atS},v1=${createHmac('sha256', by).update(`${atS}.${body}`).digest('hex')}`

const eventOf = (type: string, object: object) => JSON.stringify({ id: 'evt_1', type, data: { object } })
const read = (body: string, header: string | undefined = sign(body), secrets = [secret]) =>
  readStripeWebhook(body, header, secrets, now)

const intent = { id: 'pi_1', object: 'payment_intent', status: 'succeeded', metadata: {} }
const body = eventOf('payment_intent.succeeded', intent)

describe('what a delivery tells to look at', () => {
  const refund = { id: 're_1', payment_intent: 'pi_1', status: 'failed', metadata: { rowlock_refund: 'k' } }
  const dispute = { id: 'du_1', payment_intent: 'pi_1', status: 'lost', reason: 'fraudulent' }
  test.each([
    ['payment_intent.succeeded', intent, { kind: 'intent', intentId: 'pi_1' }],
    ['payment_intent.payment_failed', intent, { kind: 'intent', intentId: 'pi_1' }],
    ['payment_intent.canceled', intent, { kind: 'intent', intentId: 'pi_1' }],
    ['payment_intent.requires_action', intent, { kind: 'intent', intentId: 'pi_1' }],
    ['payment_intent.processing', intent, { kind: 'intent', intentId: 'pi_1' }],
    ['charge.refunded', { id: 'ch_1', payment_intent: 'pi_1' }, { kind: 'intent', intentId: 'pi_1' }],
    ['charge.refunded', { id: 'ch_1', payment_intent: null }, null],
    ['refund.updated', refund, { kind: 'refund', refundId: 're_1', intentId: 'pi_1', key: 'k' }],
    ['refund.failed', refund, { kind: 'refund', refundId: 're_1', intentId: 'pi_1', key: 'k' }],
    [
      'refund.failed',
      { id: 're_2', payment_intent: 'pi_1', metadata: null },
      { kind: 'refund', refundId: 're_2', intentId: 'pi_1', key: null },
    ],
    [
      'charge.dispute.created',
      { ...dispute, status: 'needs_response' },
      {
        ...{ kind: 'dispute', disputeId: 'du_1', intentId: 'pi_1', event: 'opened' },
        ...{ status: 'needs_response', reason: 'fraudulent' },
      },
    ],
    [
      'charge.dispute.closed',
      dispute,
      {
        ...{ kind: 'dispute', disputeId: 'du_1', intentId: 'pi_1', event: 'closed' },
        ...{ status: 'lost', reason: 'fraudulent' },
      },
    ],
    ['customer.created', { id: 'cus_1' }, null],
    ['a.type.of.tomorrow', { id: 'x_1' }, null],
  ])('%s', (type, object, notice) => {
    expect(read(eventOf(type, object))).toEqual({ eventId: 'evt_1', type, notice })
  })
})

describe('what is not proven to come from Stripe is not read', () => {
  test.each([
    ['no signature', undefined],
    ['an empty one', ''],
    ['no signature at all', 'hello'],
    ['a signature without a value', `t=${nowS},v1`],
    ['another scheme', sign(body).replace('v1=', 'v0=')],
    ['a signature of another body', sign(`${body} `)],
    ['a signature with another secret', sign(body, nowS, 'whsec_of_somebody')],
    ['a time that was changed', sign(body, nowS - 60).replace(`t=${nowS - 60}`, `t=${nowS}`)],
    ['a replay that is older than the tolerance', sign(body, nowS - 301)],
    ['no time', sign(body).replace(/^t=\d+,/, '')],
  ])('%s', (_, header) => {
    expect(() => readStripeWebhook(body, header, [secret], now)).toThrow(NoticeNotVerified)
  })

  test('with no secret, or an empty one, nothing is', () => {
    expect(() => read(body, sign(body), [])).toThrow(NoticeNotVerified)
    expect(() => read(body, sign(body, nowS, ''), [''])).toThrow(NoticeNotVerified)
  })

  test('what is signed and no event', () => {
    for (const text of ['{}', 'null', '[]', 'no JSON']) expect(() => read(text)).toThrow(NoticeNotVerified)
  })

  test('what is longer than any event', () => {
    const long = eventOf('payment_intent.succeeded', { ...intent, more: 'x'.repeat(1_100_000) })
    expect(() => read(long)).toThrow(NoticeNotVerified)
  })
})

test('within the tolerance a delivery may have been on its way for a while', () => {
  expect(read(body, sign(body, nowS - 299)).eventId).toBe('evt_1')
})

test('while a secret is replaced, both are accepted, and one signature of several is enough', () => {
  expect(read(body, sign(body, nowS, nextSecret), [secret, nextSecret]).eventId).toBe('evt_1')
  expect(read(body, sign(body), [nextSecret, secret]).eventId).toBe('evt_1')
  const both = `${sign(body, nowS, 'whsec_old')},${sign(body).split(',')[1]}`
  expect(read(body, both).eventId).toBe('evt_1')
})

test('bytes are read as they came, also those that are not ASCII', () => {
  const text = eventOf('payment_intent.succeeded', { ...intent, description: 'Größe 🎫' })
  expect(readStripeWebhook(Buffer.from(text), sign(text), [secret], now).eventId).toBe('evt_1')
})
