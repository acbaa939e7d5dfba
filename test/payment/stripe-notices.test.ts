import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { NoticeReader, ReadNotice } from '../../src/payment/gateway-notice.ts'
import { openGateway } from '../../src/payment/open-gateway.ts'
import {
  answerAction,
  newKey,
  returnUrl,
  type StripeWorld,
  stripeMethods,
  stripeWorld,
} from './stripe-world.ts'

let world: StripeWorld
let readNotice: NoticeReader | null
/** What came, in order, with copies. */
const heard: ReadNotice[] = []
/** How the next deliveries are answered; after them, with 200. */
const answers: number[] = []

const receiver = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const header = request.headers['stripe-signature']
  const read = readNotice?.(Buffer.concat(chunks), String(header), new Date())
  if (read) heard.push(read)
  response.writeHead(answers.shift() ?? 200).end()
})

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const { port } = receiver.address() as AddressInfo
  world = await stripeWorld({ webhookUrl: `http://127.0.0.1:${port}/` })
  const { url: apiBase, secretKey, webhookSecret } = world.stripe
  const config = { kind: 'stripe', apiBase, secretKey, returnUrl, webhookSecrets: [webhookSecret] } as const
  readNotice = (await openGateway(config)).readNotice
})
beforeEach(() => {
  heard.splice(0)
  answers.splice(0)
})
afterAll(async () => {
  await world.stripe.stop()
  receiver.close()
})

const hearsOf = (type: string, times = 1) =>
  vi.waitFor(() => expect(heard.filter((read) => read.type === type)).toHaveLength(times), {
    timeout: 30_000,
    interval: 20,
  })
const noticeOf = (type: string) => heard.find((read) => read.type === type)?.notice

test('a payment is told, as a hint where to look', async () => {
  const intentId = await world.paid()
  await hearsOf('payment_intent.succeeded')
  expect(noticeOf('payment_intent.succeeded')).toEqual({ kind: 'intent', intentId })
  await hearsOf('payment_intent.created')
  expect(noticeOf('payment_intent.created')).toBeNull()
})

test('an approval that nobody waited for is told', async () => {
  const intentId = await world.open()
  const { outcome } = await world.gateway.confirm(intentId, { key: newKey(), method: stripeMethods.asks })
  if (outcome.tag !== 'requires_action') throw new Error(outcome.tag)
  await hearsOf('payment_intent.requires_action')
  await answerAction(outcome.url, 'decline')
  await hearsOf('payment_intent.payment_failed')
  expect((await world.gateway.look(intentId)).outcome.tag).toBe('declined')
})

test('held back, reversed and told three times each, every event leads to the same look', async () => {
  await world.stripe.holdEvents()
  const intentId = await world.open()
  const asked = await world.gateway.confirm(intentId, { key: newKey(), method: stripeMethods.asks })
  if (asked.outcome.tag !== 'requires_action') throw new Error(asked.outcome.tag)
  await answerAction(asked.outcome.url, 'approve')
  await world.gateway.refund(intentId, { key: newKey(), amountMinor: 500 })
  expect(heard).toEqual([])
  await world.stripe.releaseEvents({ reversed: true, copies: 3 })
  await hearsOf('payment_intent.requires_action', 3)
  await hearsOf('payment_intent.created', 3)
  const own = heard.filter(({ notice }) => notice?.kind === 'intent')
  expect(new Set(own.map(({ eventId }) => eventId)).size).toBe(own.length / 3)
  expect(own.map(({ type }) => type).indexOf('charge.refunded')).toBe(0)
  for (const { notice } of own) {
    if (notice?.kind !== 'intent') throw new Error('Expected an intent')
    expect((await world.gateway.look(notice.intentId)).outcome).toMatchObject({
      ...{ tag: 'succeeded', refundedMinor: 500 },
    })
  }
})

test('a delivery that was not acknowledged comes again, with the same id', async () => {
  answers.push(500, 500)
  await world.open()
  await hearsOf('payment_intent.created', 3)
  expect(new Set(heard.map(({ eventId }) => eventId)).size).toBe(1)
})

test('a refund that failed names the key that it was asked for with', async () => {
  const [intentId, key] = [await world.paid(), newKey()]
  const { refundId } = await world.gateway.refund(intentId, { key, amountMinor: 500 })
  await world.stripe.failRefund(refundId)
  await hearsOf('refund.failed')
  expect(noticeOf('refund.failed')).toEqual({ kind: 'refund', refundId, intentId, key })
})

test('a dispute is told when it is opened and when it is closed', async () => {
  const intentId = await world.paid()
  const { id } = await world.stripe.dispute(intentId)
  await world.stripe.closeDispute(id, 'lost')
  await hearsOf('charge.dispute.created')
  await hearsOf('charge.dispute.closed')
  expect(noticeOf('charge.dispute.closed')).toMatchObject({
    ...{ kind: 'dispute', disputeId: id, intentId, event: 'closed', status: 'lost' },
  })
})
