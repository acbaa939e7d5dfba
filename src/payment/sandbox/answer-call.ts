/** The protocol's calls. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Desk } from './desk.ts'
import { keyedCall, readBody, sendJson } from './exchange.ts'
import type { KeyedCall, Reply } from './keys.ts'
import { noSuchRoute } from './refusals.ts'
import type { Body } from './requests.ts'
import { sandboxLimits } from './sandbox-limits.ts'

interface Calls {
  desk: Desk
  delayMs: number
}

type Act = (call: KeyedCall, body: Body) => Promise<Reply>

export async function answerCall(
  { desk, delayMs }: Calls,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const [noun, intentId = null, verb = '', ...more] = path.slice('/v1/'.length).split('/')
  if (noun !== 'intents' || intentId === '' || more.length > 0) throw noSuchRoute()
  if (request.method === 'GET' && intentId && !verb) {
    await pause(delayMs)
    return sendJson(response, 200, desk.look(intentId))
  }
  const act = request.method === 'POST' ? actOf(desk, intentId, verb, response) : null
  if (!act) throw noSuchRoute()
  const body = await readBody(request)
  const call = keyedCall(request, path, body)
  await pause(delayMs)
  const reply = await act(call, body)
  if (reply === 'cut') response.destroy()
  else sendJson(response, reply.status, reply.body)
}

function actOf(desk: Desk, intentId: string | null, verb: string, response: ServerResponse): Act | null {
  if (intentId === null) return desk.open
  switch (verb) {
    case 'confirm':
      return (call, body) => desk.confirm(call, intentId, body, untilGone(response))
    case 'cancel':
      return (call) => desk.cancel(call, intentId)
    case 'refunds':
      return (call, body) => desk.refund(call, intentId, body)
    default:
      return null
  }
}

/** When the caller has closed the connection; a caller who waits for ever is cut off. */
async function untilGone(response: ServerResponse): Promise<void> {
  if (response.destroyed) return
  const gone = new Promise((resolve) => response.once('close', resolve))
  const patience = setTimeout(() => response.destroy(), sandboxLimits.silenceMsMax)
  await gone
  clearTimeout(patience)
}
