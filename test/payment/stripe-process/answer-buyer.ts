/** The page on which the buyer's bank asks, and the way back to the shop. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Account, intentOf } from './account.ts'
import type { Desk } from './desk.ts'
import { readText, send } from './exchange.ts'

export async function answerBuyer(
  { account, desk }: { account: Account; desk: Desk },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const id = request.url?.split('/')[2] ?? ''
  if (request.method !== 'POST') return send(response, 200, pageOf(intentOf(account, id)))
  const answer = new URLSearchParams(await readText(request)).get('answer')
  const wasAsked = desk.answerAction(id, answer === 'approve')
  const back = account.returnUrls.get(id)
  if (!wasAsked || !back) return send(response, 200, pageOf(intentOf(account, id)))
  const location = new URL(back)
  location.searchParams.set('payment_intent', id)
  location.searchParams.set('redirect_status', answer === 'approve' ? 'succeeded' : 'failed')
  send(response, 303, '', { location: location.href })
}

const pageOf = ({ status, amount, currency }: { status: string; amount: number; currency: string }) =>
  status === 'requires_action'
    ? `<!doctype html><title>Your bank</title><h1>Approve ${amount} ${currency}?</h1><form method="post">
<button name="answer" value="approve">Approve</button><button name="answer" value="decline">Decline</button></form>`
    : `<!doctype html><title>Your bank</title><h1>Nothing to approve</h1><p>The payment is ${status}.</p>`
