/** The real port with doors that a test decides about: for what the transports themselves guarantee. */
import { type RawData, WebSocket } from 'ws'
import type { GraphqlDeps } from '../../src/graphql/index.ts'
import { createHttp, type HttpOptions } from '../../src/http/index.ts'
import type { Viewer } from '../../src/identity/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { Refusal } from '../../src/platform/failures.ts'
import { createLogger } from '../../src/platform/logging.ts'
import { createMetrics } from '../../src/platform/metrics.ts'
import type { SeatFrame } from '../../src/seating/index.ts'

class BadToken extends Refusal {
  readonly code = 'BAD_TOKEN'
}

const inAnHour = () => new Date(Date.now() + 3_600_000)

const anonymous: Viewer = { kind: 'anonymous', buyerId: null, roles: [], expiresAt: null }

/** What the fault carries must reach the log and nobody else. */
export const innerSecret = 'password=hunter2 host=10.0.0.7'

/** Tokens: "account-<name>" is that account, "expires-<ms>" one that ends then, anything else is no good. */
async function authenticate(authorization: string | undefined): Promise<Viewer> {
  if (authorization === undefined) return anonymous
  const [, kind, rest = ''] = /^Bearer (account|expires)-(\w+)$/.exec(authorization) ?? []
  if (kind === 'account')
    return { kind: 'account', buyerId: rest, subject: rest, roles: ['customer'], expiresAt: inAnHour() }
  if (kind === 'expires') {
    const session = { id: 'guest', beganS: 0 }
    return {
      kind: 'guest',
      buyerId: 'guest',
      roles: [],
      expiresAt: new Date(Date.now() + Number(rest)),
      session,
    }
  }
  throw new BadToken('This token is malformed or has expired.')
}

/** A door behind which everything fails. */
const broken: object = new Proxy(() => Promise.reject(new Error(innerSecret)), { get: () => broken })

export interface HttpWorldOptions extends Partial<Omit<HttpOptions, 'deps'>> {
  deps?: Partial<GraphqlDeps>
}

export async function httpWorld({ deps, ...options }: HttpWorldOptions = {}) {
  const lines: string[] = []
  const log = createLogger({
    level: 'warn',
    name: 'test',
    production: true,
    destination: { write: (line: string) => void lines.push(line) },
  })
  const door = <K extends keyof GraphqlDeps>(name: K) => (deps?.[name] ?? broken) as GraphqlDeps[K]
  const http = await createHttp({
    deps: {
      database: door('database'),
      seating: door('seating'),
      booking: door('booking'),
      ticketing: door('ticketing'),
      gate: door('gate'),
      catalog: door('catalog'),
      live: door('live'),
      identity: door('identity'),
      rateLimiter: deps?.rateLimiter ?? { consume: async () => null },
    },
    authenticate,
    readiness: [],
    metrics: createMetrics('rowlock_'),
    log,
    clock: systemClock,
    allowedOrigins: ['https://shop.example'],
    introspection: false,
    trustProxy: false,
    webDist: '/nonexistent',
    ...options,
  })
  const { port } = await http.listen(0, '127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    port,
    logged: () => lines.join(''),
    close: (graceMs = 1_000) => http.close(graceMs),
    post: (body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    socket: (options_: { protocol?: string; headers?: Record<string, string> } = {}) =>
      talk(
        new WebSocket(`ws://127.0.0.1:${port}/graphql`, options_.protocol ?? 'graphql-transport-ws', {
          headers: options_.headers ?? {},
        }),
      ),
  }
}

export type HttpWorld = Awaited<ReturnType<typeof httpWorld>>

interface Message {
  type: string
  id?: string
  payload?: unknown
}

/** A client that speaks the wire: what it gets, in order, and how it was closed. */
export function talk(socket: WebSocket) {
  const got: Message[] = []
  const waiting: ((message: Message) => void)[] = []
  socket.on('message', (data: RawData) => {
    const message = JSON.parse(String(data)) as Message
    const next = waiting.shift()
    if (next) next(message)
    else got.push(message)
  })
  socket.on('error', () => {})
  const refused = new Promise<number>((resolve) => {
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0)
      socket.terminate()
    })
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }))
  })
  const opened = new Promise<void>((resolve) => {
    socket.on('open', () => resolve())
  })
  return {
    socket,
    /** The status of a handshake that was turned away. */
    refused,
    closed,
    opened: () => opened,
    send: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: () =>
      new Promise<Message>((resolve) => {
        const message = got.shift()
        if (message) resolve(message)
        else waiting.push(resolve)
      }),
    async init(payload?: unknown) {
      await opened
      this.send({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) })
      return this.next()
    },
    subscribe(id: string, query: string, variables?: unknown) {
      this.send({ type: 'subscribe', id, payload: { query, ...(variables ? { variables } : {}) } })
    },
    close: () => socket.close(),
  }
}

/** A hand-driven source of frames, as the live hub is one. */
export function frameSource() {
  let settle: ((result: IteratorResult<SeatFrame>) => void) | null = null
  let fail: ((error: Error) => void) | null = null
  let ended = false
  const iterator: AsyncIterableIterator<SeatFrame> = {
    next: () =>
      ended
        ? Promise.resolve({ done: true, value: undefined })
        : new Promise((resolve, reject) => {
            settle = resolve
            fail = reject
          }),
    return: async () => {
      ended = true
      settle?.({ done: true, value: undefined })
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return {
    iterator,
    push: (frame: SeatFrame) => settle?.({ done: false, value: frame }),
    fail: (error: Error) => fail?.(error),
    isWatched: () => settle !== null,
    isEnded: () => ended,
  }
}
