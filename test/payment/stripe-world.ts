/** The process that stands in for Stripe, with the port over it and a view of the money from beyond the port. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect } from 'vitest'
import { stripeGateway } from '../../src/payment/gateway.stripe.ts'
import type { GatewayMethods, GatewayUnderTest } from './conformance/caller.ts'
import { type StripeProcess, startStripeProcess } from './stripe-process/start-stripe-process.ts'

export const returnUrl = 'http://127.0.0.1:1/back'

export const stripeMethods: GatewayMethods = {
  succeeds: 'pm_card_visa',
  succeedsSlowly: 'pm_double_slow',
  declines: 'pm_card_visa_chargeDeclined',
  asks: 'pm_card_authenticationRequired',
  unknown: 'pm_of_another_account',
  silent: 'pm_double_silent',
  silentAndTakes: 'pm_double_late',
  failsAfterTaking: 'pm_double_error',
  cutsAfterTaking: 'pm_double_cut',
}

export const newKey = (): string => `test_${randomUUID()}`

export async function stripeWorld(options: { webhookUrl?: string } = {}) {
  const stripe = await startStripeProcess(options)
  const troubles: string[] = []
  const gateway = gatewayAt(stripe, (trouble) => troubles.push(trouble))
  return {
    stripe,
    gateway,
    troubles,
    moved: (intentId: string) => moved(stripe, intentId),
    async open(amountMinor = 4_500, currency = 'EUR') {
      const request = { key: newKey(), bookingId: randomUUID(), amountMinor, currency }
      return (await gateway.open(request)).intentId
    },
    async paid(amountMinor = 4_500, currency = 'EUR') {
      const intentId = await this.open(amountMinor, currency)
      await gateway.confirm(intentId, { key: newKey(), method: stripeMethods.succeeds })
      return intentId
    },
  }
}

export type StripeWorld = Awaited<ReturnType<typeof stripeWorld>>

export async function stripeUnderTest(): Promise<GatewayUnderTest> {
  const stripe = await startStripeProcess()
  return {
    gateway: gatewayAt(stripe),
    unreachable: gatewayAt({ url: await urlWhereNothingListens(), secretKey: stripe.secretKey }),
    answerAction,
    moved: (intentId) => moved(stripe, intentId),
    close: stripe.stop,
  }
}

export async function answerAction(url: string, answer: 'approve' | 'decline'): Promise<void> {
  const page = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ answer }),
    redirect: 'manual',
  })
  expect([200, 303]).toContain(page.status)
}

function gatewayAt({ url, secretKey }: { url: string; secretKey: string }, tellOperator = (_: string) => {}) {
  return stripeGateway({ apiBase: url, secretKey, returnUrl, tellOperator })
}

async function moved(stripe: StripeProcess, intentId: string) {
  const own = (await stripe.movements()).filter((movement) => movement.intentId === intentId)
  const amounts = (kind: 'capture' | 'refund') =>
    own.filter((movement) => movement.kind === kind).map(({ amount }) => amount)
  return { takenMinor: amounts('capture'), givenBackMinor: amounts('refund') }
}

async function urlWhereNothingListens(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}
