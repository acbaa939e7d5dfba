/** The sandbox over HTTP: routes, idempotency keys, bounded bodies. docs/sandbox-gateway.md is its protocol. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import {
  answerAction,
  cancelIntent,
  confirmIntent,
  findIntent,
  openIntent,
  refundIntent,
  SandboxRefusal,
} from './intents.ts'
import type { SandboxLedger, StoredIntent } from './ledger.ts'
import { actionPage, listPage } from './pages.ts'

const bodyBytesMax = 65_536

export function sandboxServer(ledger: SandboxLedger): Server {
  const running = new Set<string>()
  let down = false

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return
      if (error instanceof SandboxRefusal)
        return send(response, error.status, { code: error.code, message: error.message })
      console.error(error)
      send(response, 500, { code: 'internal', message: 'The sandbox failed' })
    })
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://sandbox')
    const route = `${request.method} ${pathname.replace(/\/(pi_\w+)/, '/:id')}`
    const id = /\/(pi_\w+)/.exec(pathname)?.[1] ?? ''
    if (route === 'POST /admin/down' || route === 'POST /admin/up') {
      down = route.endsWith('down')
      return send(response, 200, { down })
    }
    if (route === 'GET /admin/movements') return send(response, 200, { movements: ledger.movements })
    if (down) return send(response, 503, { code: 'down', message: 'The sandbox was told to be down' })
    switch (route) {
      case 'GET /':
        return sendPage(response, listPage(ledger))
      case 'GET /actions/:id':
        return sendPage(response, actionPage(findIntent(ledger, id)))
      case 'POST /actions/:id': {
        const intent = findIntent(ledger, id)
        answerAction(ledger, intent, (await bodyOf(request)).includes('answer=approve'))
        return sendPage(response, actionPage(intent))
      }
      case 'GET /v1/intents/:id':
        return send(response, 200, shown(findIntent(ledger, id)))
      case 'POST /v1/intents':
      case 'POST /v1/intents/:id/confirm':
      case 'POST /v1/intents/:id/cancel':
      case 'POST /v1/intents/:id/refunds':
        return await once(request, response, route, pathname, id)
      default:
        throw new SandboxRefusal(404, 'no_such_route', 'See docs/sandbox-gateway.md for the routes')
    }
  }

  /** A key's first answer is its answer; other parameters are an error; at the same time is a conflict. */
  async function once(
    request: IncomingMessage,
    response: ServerResponse,
    route: string,
    path: string,
    id: string,
  ) {
    const text = await bodyOf(request)
    const key = request.headers['idempotency-key']
    if (typeof key !== 'string' || !/^[\w:.-]{1,100}$/.test(key)) {
      throw new SandboxRefusal(
        400,
        'bad_key',
        'Idempotency-Key: expected 1 to 100 letters, digits or _ : . -',
      )
    }
    const fingerprint = createHash('sha256').update(`${path}\n${text}`).digest('hex')
    const known = ledger.answers.get(key)
    if (known && known.fingerprint !== fingerprint) {
      throw new SandboxRefusal(400, 'key_reused', 'This key was used with other parameters')
    }
    if (known) return send(response, known.status, known.body)
    if (running.has(key)) throw new SandboxRefusal(409, 'key_in_use', 'A request with this key is running')
    running.add(key)
    try {
      await work(response, route, id, parse(text), (status, body) =>
        ledger.answer(key, { fingerprint, status, body }),
      )
    } finally {
      running.delete(key)
    }
  }

  async function work(
    response: ServerResponse,
    route: string,
    id: string,
    body: Record<string, unknown>,
    store: (status: number, body: object) => void,
  ): Promise<void> {
    const answer = (status: number, content: object) => {
      store(status, content)
      send(response, status, content)
    }
    if (route === 'POST /v1/intents') return answer(201, shown(openIntent(ledger, body)))
    const intent = findIntent(ledger, id)
    if (route.endsWith('/cancel')) return answer(200, shown(cancelIntent(ledger, intent)))
    if (route.endsWith('/refunds')) return answer(201, refundIntent(ledger, intent, body.amountMinor))
    const confirmation = await confirmIntent(ledger, intent, body.method, pause)
    switch (confirmation.answer) {
      case 'now':
        return answer(200, shown(intent))
      case 'fail':
        return answer(500, { code: 'internal', message: 'The sandbox failed on purpose' })
      case 'cut':
        response.destroy()
        return
      case 'never':
        // The connection stays open until the caller gives up.
        return
    }
  }

  /** As a client sees an intent. */
  function shown(intent: StoredIntent) {
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    return {
      ...intent,
      ...(intent.status === 'requires_action' && {
        actionUrl: `http://127.0.0.1:${port}/actions/${intent.id}`,
      }),
    }
  }

  return server
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax)
      throw new SandboxRefusal(413, 'body_too_large', `A body has at most ${bodyBytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text || '{}')
    if (body && typeof body === 'object' && !Array.isArray(body)) return body as Record<string, unknown>
  } catch {}
  throw new SandboxRefusal(400, 'bad_json', 'Expected a JSON object as the body')
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function sendPage(response: ServerResponse, html: string): void {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  }
  response.writeHead(200, headers).end(html)
}
