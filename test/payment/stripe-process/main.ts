/**
 * A process that speaks as much of Stripe's HTTP as the gateway uses, to test and develop without Stripe. No real money
 * moves, and all is forgotten at the end. It listens on 127.0.0.1, prints {"listening":port}, and ends with the pipe it
 * reads from. Flags: --port, --secret-key, --webhook-url, --webhook-secret.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { newAccount } from './account.ts'
import { answerAdmin } from './answer-admin.ts'
import { answerApi } from './answer-api.ts'
import { answerBuyer } from './answer-buyer.ts'
import { createDeliveries } from './deliveries.ts'
import { openDesk } from './desk.ts'
import { send } from './exchange.ts'
import { createFaults } from './faults.ts'
import { createKeys } from './keys.ts'
import { StripeError } from './stripe-error.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'secret-key': { type: 'string', default: 'sk_test_double' },
    'webhook-url': { type: 'string' },
    'webhook-secret': { type: 'string', default: 'whsec_double' },
  },
})

const account = newAccount()
const [keys, faults] = [createKeys(), createFaults()]
const url = values['webhook-url']
const deliveries = createDeliveries(url ? { url, secret: values['webhook-secret'] } : null)
const desk = openDesk(account, deliveries, (id) => `http://127.0.0.1:${listening()}/3ds/${id}`)
const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
  answer(request, response).catch((error: unknown) => tell(response, error))
})
const listening = () => (server.address() as AddressInfo).port

process.stdin.on('close', () => process.exit(0)).on('error', () => process.exit(0))
process.stdin.resume()
process.on('SIGTERM', () => process.exit(0))

server.listen(Number(values.port), '127.0.0.1')
await once(server, 'listening')
console.log(JSON.stringify({ listening: listening() }))

function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? ''
  if (path.startsWith('/admin/')) return answerAdmin({ account, keys, faults, deliveries }, request, response)
  if (path.startsWith('/3ds/')) return answerBuyer({ account, desk }, request, response)
  return answerApi({ desk, keys, faults, secretKey: values['secret-key'] }, request, response)
}

function tell(response: ServerResponse, error: unknown): void {
  if (!(error instanceof StripeError)) console.error(error)
  const fault = new StripeError(500, { type: 'api_error', message: String(error) })
  const { status, body } = error instanceof StripeError ? error : fault
  send(response, status, body)
}
