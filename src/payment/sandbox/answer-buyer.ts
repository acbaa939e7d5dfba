/** The page on which a buyer approves or declines. Whoever has the link may answer; an intent's id cannot be guessed. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Desk } from './desk.ts'
import { readText, sendPage } from './exchange.ts'
import { actionPage } from './pages.ts'
import { noSuchRoute, SandboxRefusal } from './refusals.ts'

interface Buyers {
  desk: Desk
  returnOrigins: readonly string[]
}

export async function answerBuyer(
  { desk, returnOrigins }: Buyers,
  request: IncomingMessage,
  response: ServerResponse,
  [intentId = '', ...more]: string[],
): Promise<void> {
  if (more.length > 0) throw noSuchRoute()
  if (request.method === 'GET') {
    return sendPage(response, 200, actionPage(desk.find(intentId)), returnOrigins)
  }
  if (request.method !== 'POST') throw noSuchRoute()
  const answer = new URLSearchParams(await readText(request)).get('answer')
  if (answer !== 'approve' && answer !== 'decline') {
    throw new SandboxRefusal(400, 'bad_request', 'answer: expected approve or decline')
  }
  const asked = desk.find(intentId)
  desk.answerAction(intentId, answer === 'approve')
  const returnUrl = asked.status === 'requires_action' ? asked.returnUrl : undefined
  response.writeHead(303, { location: returnUrl ?? `/actions/${intentId}` }).end()
}
