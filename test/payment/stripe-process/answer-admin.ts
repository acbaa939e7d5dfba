/** What tests see and do from beyond Stripe's protocol. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Account, type Dispute, newId } from './account.ts'
import type { Deliveries } from './deliveries.ts'
import { readText, send } from './exchange.ts'
import { type Faults, faultKinds } from './faults.ts'
import { failRefund } from './intents.ts'
import type { Keys } from './keys.ts'
import { noSuch } from './stripe-error.ts'

export interface Admin {
  account: Account
  keys: Keys
  faults: Faults
  deliveries: Deliveries
}

export async function answerAdmin(
  admin: Admin,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readText(request)
  const asked = (body === '' ? {} : JSON.parse(body)) as Record<string, unknown>
  const path = new URL(request.url ?? '', 'http://stripe').pathname
  send(response, 200, carryOut(admin, `${request.method} ${path}`, asked))
}

function carryOut(
  { account, keys, faults, deliveries }: Admin,
  call: string,
  asked: Record<string, unknown>,
) {
  switch (call) {
    case 'GET /admin/movements':
      return { movements: account.movements }
    case 'GET /admin/events':
      return { events: deliveries.told() }
    case 'POST /admin/events/hold':
      deliveries.hold()
      return {}
    case 'POST /admin/events/release':
      deliveries.release({ reversed: asked.reversed === true, copies: Number(asked.copies ?? 1) })
      return {}
    case 'POST /admin/faults': {
      const kind = faultKinds.find((known) => known === asked.kind)
      if (!kind) throw new Error(`kind: expected one of ${faultKinds.join(', ')}`)
      faults.add({ match: String(asked.match), kind, times: Number(asked.times ?? 1) })
      return {}
    }
    case 'DELETE /admin/faults':
      faults.clear()
      return {}
    case 'POST /admin/forget-keys':
      keys.forget()
      return {}
    case 'POST /admin/fail-refund':
      return failed(account, deliveries, String(asked.refund))
    case 'POST /admin/dispute':
      return disputed(account, deliveries, String(asked.payment_intent))
    case 'POST /admin/close-dispute':
      return closed(account, deliveries, String(asked.dispute), String(asked.status ?? 'lost'))
    default:
      throw noSuch('route', call)
  }
}

function failed(account: Account, deliveries: Deliveries, id: string): object {
  const refund = account.refunds.get(id)
  if (!refund) throw noSuch('refund', id)
  failRefund(account, refund)
  deliveries.tell('refund.updated', refund)
  deliveries.tell('refund.failed', refund)
  return refund
}

function disputed(account: Account, deliveries: Deliveries, intentId: string): object {
  const charge = [...account.charges.values()].find((known) => known.payment_intent === intentId)
  if (!charge) throw noSuch('charge', intentId)
  const dispute: Dispute = {
    ...{ id: newId('du'), object: 'dispute', amount: charge.amount, charge: charge.id },
    ...{ currency: charge.currency, payment_intent: intentId },
    ...{ reason: 'fraudulent', status: 'needs_response' },
  }
  account.disputes.set(dispute.id, dispute)
  deliveries.tell('charge.dispute.created', dispute)
  return dispute
}

function closed(account: Account, deliveries: Deliveries, id: string, status: string): object {
  const dispute = account.disputes.get(id)
  if (!dispute) throw noSuch('dispute', id)
  dispute.status = status
  deliveries.tell('charge.dispute.closed', dispute)
  return dispute
}
