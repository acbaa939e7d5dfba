import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { stripeGateway } from '../../src/payment/gateway.stripe.ts'
import {
  GatewayAway,
  GatewayRefused,
  GatewayUnknown,
  type PaymentGateway,
} from '../../src/payment/gateway.ts'

const closers: (() => unknown)[] = []
afterEach(() => closers.splice(0).map((close) => close()))

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const troubles: string[] = []
const gatewayAt = (apiBase: string, more: { fetch?: typeof fetch } = {}) =>
  stripeGateway({
    ...{ apiBase, secretKey: 'sk_test_1', returnUrl: 'https://shop.example/back', timeoutMs: 500 },
    tellOperator: (trouble) => void troubles.push(trouble),
    ...more,
  })
const gatewayOf = async (answer: RequestListener) => gatewayAt(await listen(createServer(answer)))
const answering = (status: number, body: unknown, headers = {}) =>
  gatewayOf((_, response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body)),
  )
/** A server that says this on the wire, and closes. */
const saying = async (wire: string) =>
  gatewayAt(await listen(createTcpServer((socket) => socket.on('data', () => socket.end(wire)))))

const request = { key: 'our_key', method: 'pm_card_visa' }
const confirm = (gateway: PaymentGateway) => gateway.confirm('pi_1', request)
const intent = {
  ...{ object: 'payment_intent', id: 'pi_1', status: 'succeeded', currency: 'eur', amount_received: 4_500 },
  latest_charge: { object: 'charge', amount_refunded: 0 },
}
const declined = {
  ...intent,
  ...{ status: 'requires_payment_method', amount_received: 0, latest_charge: 'ch_1' },
  last_payment_error: {
    ...{ type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds' },
    message: 'Your card has insufficient funds.',
  },
}
const error = (type: string, code?: string, more = {}) => ({
  error: { type, ...(code && { code }), message: 'Why.', ...more },
})

describe('outcomes of a confirm', () => {
  const url = 'https://hooks.stripe.com/3ds'
  test.each([
    ['succeeded', intent, { tag: 'succeeded', amountMinor: 4_500, refundedMinor: 0 }],
    ['processing', { ...intent, status: 'processing' }, { tag: 'processing' }],
    ['set aside, which we never ask for', { ...intent, status: 'requires_capture' }, { tag: 'processing' }],
    ['not confirmed after all', { ...intent, status: 'requires_confirmation' }, { tag: 'created' }],
    ['canceled', { ...intent, status: 'canceled' }, { tag: 'cancelled' }],
    [
      'a page to go to',
      { ...intent, status: 'requires_action', next_action: { redirect_to_url: { url } } },
      { tag: 'requires_action', url },
    ],
    [
      'forints',
      { ...intent, currency: 'huf', amount_received: 990_000 },
      { tag: 'succeeded', amountMinor: 9_900, refundedMinor: 0 },
    ],
  ])('%s', async (_, shown, outcome) => {
    expect(await confirm(await answering(200, shown))).toEqual({ intentId: 'pi_1', outcome })
  })

  test('a decline is an outcome, with the sentence that Stripe writes for buyers', async () => {
    const gateway = await answering(402, error('card_error', 'card_declined', { payment_intent: declined }))
    expect((await confirm(gateway)).outcome).toEqual({
      tag: 'declined',
      code: 'insufficient_funds',
      message: 'Your card has insufficient funds.',
    })
  })

  test.each(['stolen_card', 'lost_card', 'fraudulent'])(
    'a decline because of %s does not say so',
    async (decline_code) => {
      const last_payment_error = { ...declined.last_payment_error, decline_code }
      const payment_intent = { ...declined, last_payment_error }
      const gateway = await answering(402, error('card_error', 'card_declined', { payment_intent }))
      expect((await confirm(gateway)).outcome).toMatchObject({ tag: 'declined', code: 'card_declined' })
    },
  )

  test('a refused approval is told in our words, because Stripe writes its own for programmers', async () => {
    const last_payment_error = {
      ...{ type: 'invalid_request_error', code: 'payment_intent_authentication_failure' },
      message: 'The provided PaymentMethod has failed authentication.',
    }
    const gateway = await answering(200, { ...declined, last_payment_error })
    expect((await gateway.look('pi_1')).outcome).toEqual({
      ...{ tag: 'declined', code: 'payment_intent_authentication_failure' },
      message: 'The payment was not approved.',
    })
  })

  test('an action without a page is refused, so that it is cancelled', async () => {
    const shown = { ...intent, status: 'requires_action', next_action: { type: 'use_stripe_sdk' } }
    await expect(confirm(await answering(200, shown))).rejects.toMatchObject({
      gatewayCode: 'action_without_page',
    })
    await expect((await answering(200, shown)).look('pi_1')).rejects.toBeInstanceOf(GatewayUnknown)
  })
})

describe('unknown', () => {
  test.each([
    ['500', 500, error('api_error')],
    ['502 from something on the way', 502, '<html>Bad gateway</html>'],
    ['503 in JSON from something on the way', 503, { message: 'Busy' }],
    ['429 from something on the way', 429, { message: 'Slow down' }],
    ['401 from something on the way', 401, '<html>Log in</html>'],
    ['404 from something on the way', 404, { error: 'not found' }],
    ['a lock that was waited for in vain', 429, error('invalid_request_error', 'lock_timeout')],
    ['the first request with this key is at work', 409, error('idempotency_error', 'idempotency_key_in_use')],
    ['a failed dependency', 424, error('api_error')],
    ['a decline that shows no payment', 402, error('card_error', 'card_declined')],
    [
      'a decline of another payment',
      402,
      error('card_error', 'card_declined', { payment_intent: { ...declined, id: 'pi_2' } }),
    ],
    [
      'a decline of a payment that is paid',
      402,
      error('card_error', 'card_declined', { payment_intent: { ...intent, latest_charge: 'ch_1' } }),
    ],
    ['an error that is no failure', 200, error('api_error')],
    ['another success', 202, intent],
    ['JSON that Stripe did not write', 200, { hello: 'from a proxy' }],
    ['no JSON', 200, 'ok'],
    ['nothing', 200, ''],
    ['another object', 200, { object: 'charge', id: 'ch_1' }],
    ['a status that we do not know', 200, { ...intent, status: 'paid' }],
    ['paid, and the charge is not shown', 200, { ...intent, latest_charge: 'ch_1' }],
    ['a fraction that we cannot count', 200, { ...intent, currency: 'huf', amount_received: 50 }],
    ['another intent', 200, { ...intent, id: 'pi_2' }],
    [
      'an action that is a script',
      200,
      {
        ...{ ...intent, status: 'requires_action' },
        next_action: { redirect_to_url: { url: 'javascript:alert(1)' } },
      },
    ],
    ['too long an answer', 200, { ...intent, more: 'x'.repeat(1_100_000) }],
  ])('%s', async (_, status, body) => {
    await expect(confirm(await answering(status, body))).rejects.toBeInstanceOf(GatewayUnknown)
  })

  test('a redirect, which is not followed', async () => {
    let followed = 0
    const elsewhere = await listen(
      createServer((_, response) => {
        followed += 1
        response.end(JSON.stringify(intent))
      }),
    )
    await expect(confirm(await answering(307, '', { location: elsewhere }))).rejects.toBeInstanceOf(
      GatewayUnknown,
    )
    expect(followed).toBe(0)
  })

  test.each([
    ['closed without a word', ''],
    ['cut in the head', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['cut in the body', `HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n${JSON.stringify(intent)}`],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ])('a connection that was %s', async (_, wire) => {
    await expect(confirm(await saying(wire))).rejects.toBeInstanceOf(GatewayUnknown)
  })

  test('an answer that trickles is awaited no longer than the bound allows', async () => {
    const gateway = await gatewayOf((_, response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(drip))
    })
    const since = performance.now()
    await expect(gateway.confirm('pi_1', request, { timeoutMs: 200 })).rejects.toBeInstanceOf(GatewayUnknown)
    expect(performance.now() - since).toBeLessThan(2_000)
  })

  test('a route that went away while a connection was open', async () => {
    const gateway = gatewayAt('http://127.0.0.1:1', {
      fetch: failing({ code: 'EHOSTUNREACH', syscall: 'read' }),
    })
    await expect(confirm(gateway)).rejects.toBeInstanceOf(GatewayUnknown)
  })
})

describe('away', () => {
  test('Stripe says that there are too many calls, which it judges before it looks at one', async () => {
    const gateway = await answering(429, error('invalid_request_error', 'rate_limit'))
    await expect(confirm(gateway)).rejects.toBeInstanceOf(GatewayAway)
  })

  test.each([401, 403])('a key that is not accepted (%i) waits, and the operator is told', async (status) => {
    troubles.splice(0)
    const gateway = await answering(status, error('invalid_request_error'))
    await expect(confirm(gateway)).rejects.toBeInstanceOf(GatewayAway)
    expect(troubles).toEqual([expect.stringContaining('does not accept the secret key')])
  })

  test.each([
    { code: 'ECONNREFUSED', syscall: 'connect' },
    { code: 'ETIMEDOUT', syscall: 'connect' },
    { code: 'EAI_AGAIN', syscall: 'getaddrinfo' },
    { code: 'UND_ERR_CONNECT_TIMEOUT' },
  ])('there was no connection: %j', async (cause) => {
    const gateway = gatewayAt('http://127.0.0.1:1', { fetch: failing(cause) })
    await expect(confirm(gateway)).rejects.toBeInstanceOf(GatewayAway)
  })
})

describe('refused', () => {
  test.each([
    ['a parameter', 400, error('invalid_request_error', 'parameter_invalid'), 'parameter_invalid'],
    ['the key of another request', 400, error('idempotency_error'), 'idempotency_error'],
    ['no such thing', 404, error('invalid_request_error', 'resource_missing'), 'resource_missing'],
    [
      'the state does not allow it',
      400,
      error('invalid_request_error', 'payment_intent_unexpected_state', {
        payment_intent: { ...intent, latest_charge: 'ch_1' },
      }),
      'payment_intent_unexpected_state',
    ],
  ])('%s', async (_, status, body, gatewayCode) => {
    const refusal = await confirm(await answering(status, body)).catch((thrown) => thrown)
    expect(refusal).toBeInstanceOf(GatewayRefused)
    expect(refusal).toMatchObject({ status, gatewayCode })
  })

  test('an amount that Stripe cannot charge exactly, without asking', async () => {
    const gateway = await gatewayOf(() => expect.unreachable())
    await expect(
      gateway.open({ key: 'k', bookingId: 'b', amountMinor: 5_124, currency: 'KWD' }),
    ).rejects.toMatchObject({ gatewayCode: 'amount_not_chargeable' })
  })
})

describe('what is sent', () => {
  test.each([200, 400, 402, 409, 429, 500, 503])('is sent once, whatever the answer (%i)', async (status) => {
    let heard = 0
    const gateway = await gatewayOf((_, response) => {
      heard += 1
      response.writeHead(status, { 'stripe-should-retry': 'true' }).end(JSON.stringify(error('api_error')))
    })
    await confirm(gateway).catch(() => {})
    expect(heard).toBe(1)
  })

  test('is sent once when the connection is reset, which the library alone would repeat', async () => {
    let heard = 0
    const url = await listen(
      createTcpServer((socket) =>
        socket.on('data', () => {
          heard += 1
          socket.resetAndDestroy()
        }),
      ),
    )
    await expect(confirm(gatewayAt(url))).rejects.toBeInstanceOf(GatewayUnknown)
    await expect(confirm(gatewayAt(url))).rejects.toBeInstanceOf(GatewayUnknown)
    expect(heard).toBe(2)
  })

  test('carries our stored key, our account, and nothing about this machine', async () => {
    const heard: IncomingMessage[] = []
    const gateway = await gatewayOf((request, response) => {
      heard.push(request)
      response.end(JSON.stringify(intent))
    })
    await confirm(gateway)
    await gateway.cancel('pi_1', { key: 'cancel_key' })
    await gateway.open({ key: 'open_key', bookingId: 'b', amountMinor: 4_500, currency: 'EUR' })
    expect(heard.map(({ headers }) => headers['idempotency-key'])).toEqual([
      ...['our_key', 'cancel_key', 'open_key'],
    ])
    expect(heard[0]?.headers.authorization).toBe('Bearer sk_test_1')
    expect(heard[0]?.headers['x-stripe-client-telemetry']).toBeUndefined()
    expect(heard[0]?.headers['x-stripe-client-user-agent']).not.toContain('platform')
  })

  test('names the booking, and the page that the buyer comes back to', async () => {
    const bodies: string[] = []
    const gateway = await gatewayOf(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      bodies.push(decodeURIComponent(body))
      response.end(JSON.stringify(intent))
    })
    await gateway.open({ key: 'k', bookingId: 'booking-1', amountMinor: 9_900, currency: 'HUF' })
    await confirm(gateway)
    await gateway.confirm('pi_1', { ...request, returnUrl: 'https://other.example/' })
    expect(bodies[0]).toContain('metadata[rowlock_booking]=booking-1')
    expect(bodies[0]).toContain('amount=990000&currency=huf')
    expect(bodies[1]).toContain('return_url=https://shop.example/back')
    expect(bodies[2]).toContain('return_url=https://other.example/')
  })
})

test('what is thrown shows nothing of the payment', async () => {
  const payment_intent = { ...intent, client_secret: 'pi_1_secret_of_the_buyer' }
  const gateway = await answering(500, error('api_error', undefined, { payment_intent }))
  const thrown = await confirm(gateway).catch((unknown) => unknown)
  expect(thrown).toBeInstanceOf(GatewayUnknown)
  const { inspect } = await import('node:util')
  expect(inspect(thrown, { depth: 20, showHidden: true })).not.toContain('secret_of_the_buyer')
})

function failing(cause: object): typeof fetch {
  return () => Promise.reject(new TypeError('fetch failed', { cause }))
}
