/** Stripe's HTTP: who calls, with which key, what for, and what goes wrong on the way. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Desk } from './desk.ts'
import { readText, send, untilGone } from './exchange.ts'
import { type FaultKind, type Faults, insteadOf } from './faults.ts'
import { type Form, readForm } from './form.ts'
import type { Answer, Keys, Reply } from './keys.ts'
import { StripeError } from './stripe-error.ts'

export interface Api {
  desk: Desk
  keys: Keys
  faults: Faults
  secretKey: string
}

type Step = (store: (answer: Answer) => void) => Reply | Promise<Reply>

export async function answerApi(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '', 'http://stripe')
  const body = await readText(request)
  const named = `${request.method} ${url.pathname}`
  const fault = api.faults.next(named)
  if (fault === 'cut_before') return void response.destroy()
  if (fault === 'silence_before') return await untilGone(response)
  const instead = fault && insteadOf[fault]
  if (instead) return send(response, instead.status, instead.body, instead)
  if (request.headers.authorization !== `Bearer ${api.secretKey}`) {
    throw new StripeError(401, { type: 'invalid_request_error', message: 'Invalid API Key provided.' })
  }
  const form = readForm(request.method === 'GET' ? url.search : body)
  const step = stepOf(api.desk, request.method ?? '', url.pathname, form, response)
  await answer(api, request, response, { step, named: `${named}?${body}`, fault })
}

async function answer(
  { keys }: Api,
  request: IncomingMessage,
  response: ServerResponse,
  { step, named, fault }: { step: Step; named: string; fault: FaultKind | null },
): Promise<void> {
  const { reply, isReplay } =
    request.method === 'GET'
      ? { reply: await step(() => {}), isReplay: false }
      : await keys.once(keyOf(request), named, async (store) => {
          const done = await step(store)
          if (fault !== 'error_500_after' || done === 'cut') return done
          return { status: 500, body: { error: { type: 'api_error', message: 'Failed on purpose.' } } }
        })
  if (fault === 'silence_after') return await untilGone(response)
  if (reply === 'cut' || fault === 'cut_after') return void response.destroy()
  send(response, reply.status, reply.body, isReplay ? { 'idempotent-replayed': 'true' } : {})
}

/** Stripe makes do without a key; here nothing may be sent without one. */
function keyOf({ headers }: IncomingMessage): string {
  const key = headers['idempotency-key']
  if (typeof key === 'string' && key.length <= 255 && !key.startsWith('stripe-node-retry-')) return key
  throw new StripeError(400, { type: 'idempotency_error', message: `Not a key of the caller's own: ${key}` })
}

function stepOf(desk: Desk, method: string, path: string, form: Form, response: ServerResponse): Step {
  const [, , noun, id, verb, ...more] = path.split('/')
  const route = `${method} ${noun}${id ? '/{id}' : ''}${verb ? `/${verb}` : ''}`
  if (more.length === 0) {
    switch (route) {
      case 'POST payment_intents':
        return () => desk.open(form)
      case 'GET payment_intents/{id}':
        return () => desk.look(id ?? '', form)
      case 'POST payment_intents/{id}/confirm':
        return (store) => desk.confirm(id ?? '', form, { gone: untilGone(response), store })
      case 'POST payment_intents/{id}/cancel':
        return () => desk.cancel(id ?? '', form)
      case 'POST refunds':
        return () => desk.refund(form)
      case 'GET refunds':
        return () => desk.listRefunds(form)
    }
  }
  throw new StripeError(404, {
    ...{ type: 'invalid_request_error' },
    message: `Unrecognized request URL (${method}: ${path}).`,
  })
}
