/**
 * The sandbox over HTTP. docs/sandbox-gateway.md is its protocol. Every request is answered with JSON or a page, except
 * where a payment method promises silence.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { answerAdmin, type Gate } from './answer-admin.ts'
import { answerBuyer } from './answer-buyer.ts'
import { answerCall } from './answer-call.ts'
import type { Books } from './books.ts'
import type { Desk } from './desk.ts'
import { drain, sendJson, sendPage } from './exchange.ts'
import { listPage, messagePage } from './pages.ts'
import { noSuchRoute, SandboxRefusal } from './refusals.ts'
import { requireNeighbour } from './require-neighbour.ts'
import { sandboxLimits } from './sandbox-limits.ts'

export interface ServerDeps {
  desk: Desk
  books: Books
  /** Before every answer of the protocol. */
  delayMs: number
  returnOrigins: readonly string[]
  tellFault: (error: unknown) => void
}

export function sandboxServer(deps: ServerDeps): Server {
  const gate: Gate = { isDown: false }
  const server = createServer({
    requestTimeout: sandboxLimits.requestMsMax,
    headersTimeout: sandboxLimits.requestMsMax,
  })
  server.maxConnections = sandboxLimits.connectionsMax
  server.on('request', (request, response) => {
    answer(request, response).catch(async (error: unknown) => {
      if (!(error instanceof SandboxRefusal)) deps.tellFault(error)
      await drain(request)
      if (!response.headersSent && !response.destroyed) tellRefusal(request, response, error)
    })
  })
  return server

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requireNeighbour(request)
    const path = pathOf(request)
    const [area = '', ...rest] = path.slice(1).split('/')
    if (area === 'admin') return sendJson(response, 200, answerAdmin(deps.books, gate, request))
    if (gate.isDown) throw new SandboxRefusal(503, 'down', 'The sandbox was told to be down')
    if (area === 'v1') return await answerCall(deps, request, response, path)
    if (area === 'actions') return await answerBuyer(deps, request, response, rest)
    if (path !== '/' || request.method !== 'GET') throw noSuchRoute()
    sendPage(response, 200, listPage(deps.books))
  }
}

const pathOf = ({ url }: IncomingMessage): string => URL.parse(url ?? '', 'http://sandbox')?.pathname ?? ''

function tellRefusal({ url, headers }: IncomingMessage, response: ServerResponse, error: unknown): void {
  const fault = new SandboxRefusal(500, 'internal', 'The sandbox failed; its log says why')
  const { status, code, message } = error instanceof SandboxRefusal ? error : fault
  const isPage = url?.startsWith('/actions/') || headers.accept?.includes('text/html')
  if (isPage) sendPage(response, status, messagePage('This did not work', message))
  else sendJson(response, status, { code, message })
}
