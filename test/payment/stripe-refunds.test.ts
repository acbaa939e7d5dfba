import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { GatewayAway, GatewayRefused, GatewayUnknown } from '../../src/payment/gateway.ts'
import { newKey, type StripeWorld, stripeWorld } from './stripe-world.ts'

let world: StripeWorld
beforeAll(async () => {
  world = await stripeWorld()
})
beforeEach(() => world.stripe.clearFaults())
afterAll(() => world.stripe.stop())

test('a refund is paid once, also when Stripe has forgotten its key', async () => {
  const [intentId, request] = [await world.paid(), { key: newKey(), amountMinor: 500 }]
  const first = await world.gateway.refund(intentId, request)
  await world.stripe.forgetKeys()
  expect(await world.gateway.refund(intentId, request)).toEqual(first)
  expect((await world.moved(intentId)).givenBackMinor).toEqual([500])
})

test.each(['cut_after', 'silence_after', 'error_500_after'] as const)(
  'a refund that was paid and not answered (%s) is paid once, whenever it is repeated',
  async (kind) => {
    const [intentId, request] = [await world.paid(), { key: newKey(), amountMinor: 500 }]
    const again = () => world.gateway.refund(intentId, request, { timeoutMs: 500 })
    await world.stripe.addFault({ match: 'POST /v1/refunds', kind })
    await expect(again()).rejects.toBeInstanceOf(GatewayUnknown)
    await again()
    await world.stripe.forgetKeys()
    await again()
    expect((await world.moved(intentId)).givenBackMinor).toEqual([500])
  },
)

test.each(['cut_before', 'silence_before', 'proxy_502', 'proxy_200', 'redirect'] as const)(
  'a refund that was lost on the way (%s) is unknown, and paid by the repeat',
  async (kind) => {
    const [intentId, request] = [await world.paid(), { key: newKey(), amountMinor: 500 }]
    await world.stripe.addFault({ match: 'POST /v1/refunds', kind })
    await expect(world.gateway.refund(intentId, request, { timeoutMs: 500 })).rejects.toBeInstanceOf(
      GatewayUnknown,
    )
    expect((await world.moved(intentId)).givenBackMinor).toEqual([])
    await world.gateway.refund(intentId, request)
    expect((await world.moved(intentId)).givenBackMinor).toEqual([500])
  },
)

test('while it cannot be read whether the key was paid, nothing is paid', async () => {
  const [intentId, request] = [await world.paid(), { key: newKey(), amountMinor: 500 }]
  await world.stripe.addFault({ match: 'GET /v1/refunds', kind: 'error_429' })
  await expect(world.gateway.refund(intentId, request)).rejects.toBeInstanceOf(GatewayAway)
  expect((await world.moved(intentId)).givenBackMinor).toEqual([])
})

test('a key that has paid another amount is refused, also when Stripe has forgotten it', async () => {
  const [intentId, key] = [await world.paid(), newKey()]
  await world.gateway.refund(intentId, { key, amountMinor: 500 })
  await world.stripe.forgetKeys()
  await expect(world.gateway.refund(intentId, { key, amountMinor: 600 })).rejects.toBeInstanceOf(
    GatewayRefused,
  )
  expect((await world.moved(intentId)).givenBackMinor).toEqual([500])
})

test('a refund that the bank sent back is seen by a look, and can be paid again with its key', async () => {
  const [intentId, request] = [await world.paid(), { key: newKey(), amountMinor: 4_500 }]
  const first = await world.gateway.refund(intentId, request)
  expect((await world.gateway.look(intentId)).outcome).toMatchObject({ refundedMinor: 4_500 })
  await world.stripe.failRefund(first.refundId)
  expect((await world.gateway.look(intentId)).outcome).toMatchObject({
    ...{ refundedMinor: 0, failedRefundKeys: [request.key] },
  })
  const second = await world.gateway.refund(intentId, request)
  expect(second).not.toEqual(first)
  expect(await world.gateway.refund(intentId, request)).toEqual(second)
  expect((await world.moved(intentId)).givenBackMinor).toEqual([4_500, -4_500, 4_500])
  expect((await world.gateway.look(intentId)).outcome).toEqual({
    ...{ tag: 'succeeded', amountMinor: 4_500, refundedMinor: 4_500 },
  })
})

test('a refund in a currency that Stripe counts otherwise gives back what was asked', async () => {
  const intentId = await world.paid(9_900, 'HUF')
  expect((await world.gateway.look(intentId)).outcome).toMatchObject({ amountMinor: 9_900 })
  await world.gateway.refund(intentId, { key: newKey(), amountMinor: 900 })
  expect((await world.gateway.look(intentId)).outcome).toMatchObject({ refundedMinor: 900 })
  expect(await world.moved(intentId)).toEqual({ takenMinor: [990_000], givenBackMinor: [90_000] })
})
