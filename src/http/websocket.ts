/**
 * Subscriptions over graphql-transport-ws. graphql-ws speaks the protocol; this file decides who may connect, with
 * what, how much and until when, and holds every operation to the limits and the masking that HTTP has.
 */
import { randomInt, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import {
  handleProtocols,
  MessageType,
  makeServer,
  type Context as SocketContext,
  stringifyMessage,
} from 'graphql-ws'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import {
  type Context,
  type OperationRequest,
  overspentError,
  type PreparedOperation,
} from '../graphql/index.ts'
import type { Viewer } from '../identity/index.ts'
import { bucketOf } from '../platform/address-bucket.ts'
import type { Clock } from '../platform/clock.ts'
import { Outage, Refusal } from '../platform/failures.ts'
import type { Logger } from '../platform/logging.ts'
import { closeCodes } from './close-codes.ts'
import { closeInTurn } from './close-in-turn.ts'
import { isAllowedOrigin } from './cors.ts'
import { type BegunOperation, openFollowing } from './follow-operation.ts'
import type { HttpLimits } from './http-limits.ts'
import type { HttpMetrics } from './metrics.ts'
import { RunningOperations } from './running-operations.ts'
import { SocketCount } from './socket-count.ts'
import { countMessages, keepAlive, send } from './socket-manners.ts'
import { SocketWire } from './socket-wire.ts'

export interface SocketDeps {
  authenticate(authorization: string | undefined): Promise<Viewer>
  contextOf(viewer: Viewer, address: string, requestId: string): Context
  /** Parses, validates and bounds an operation, as HTTP does. */
  prepare(request: OperationRequest): PreparedOperation | readonly GraphQLError[]
  /** Takes the cost off the caller's budget. Null: there was enough. */
  spend(cost: number, context: Context): Promise<{ retryAfterMs: number } | null>
  mask(error: GraphQLError, requestId: string): GraphQLFormattedError
  addressOf(request: IncomingMessage): string
  allowedOrigins: readonly string[]
  limits: HttpLimits
  metrics: HttpMetrics
  clock: Clock
  log: Pick<Logger, 'warn' | 'error'>
}

export interface SocketServer {
  /** Takes over a request to upgrade on /graphql. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Tells every viewer to come back elsewhere, and cuts off who does not listen. */
  close(): Promise<void>
}

/** What is known of one socket. */
interface Peer extends Record<PropertyKey, unknown> {
  socket: WebSocket
  wire: SocketWire
  address: string
  /** The key its address is counted by. */
  bucket: string
  requestId: string
  viewer: Viewer | null
  /** The key its account is counted by, once it is admitted. */
  account: string | null
  expiry: NodeJS.Timeout | undefined
  operations: RunningOperations
}

type PeerContext = SocketContext<Record<string, unknown>, Peer>

export function openSockets(deps: SocketDeps): SocketServer {
  const { limits, metrics, log } = deps
  const addresses = new SocketCount(limits.socketsPerAddressMax)
  const accounts = new SocketCount(limits.socketsPerAccountMax)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.socketMessageBytesMax,
    perMessageDeflate: false,
    handleProtocols,
  })

  const follow = openFollowing({
    everyone: () => deps.contextOf(anybody, 'everyone', 'shared'),
    mask({ data = null, errors }) {
      if (!errors) return { data }
      const requestId = randomUUID()
      const masked = errors.map((error) => deps.mask(error, requestId))
      // Written out as they are, like the errors of a single subscriber.
      return { data, errors: masked as unknown as GraphQLError[] }
    },
  })

  const protocol = makeServer<Record<string, unknown>, Peer>({
    connectionInitWaitTimeout: limits.socketInitMsMax,
    onConnect: admit,
    // What it is given is what onSubscribe returned.
    subscribe: (args) => follow(args as BegunOperation),
    onSubscribe: async ({ extra }, id, payload) => {
      if (id.length > limits.subscriptionIdCharsMax) {
        extra.socket.close(closeCodes.badMessage, 'Subscription id too long')
        return [new GraphQLError('The id of the subscription is too long.')]
      }
      if (extra.operations.size >= limits.subscriptionsPerSocketMax) {
        const message =
          `A socket carries at most ${limits.subscriptionsPerSocketMax} subscriptions. Complete one, or open another ` +
          'socket.'
        return [new GraphQLError(message, { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } })]
      }
      if (!extra.operations.begin(id)) {
        extra.socket.close(closeCodes.idInUse, 'Subscription id in use')
        return [new GraphQLError('The id of the subscription is still in use.')]
      }
      const begun = await beginSubscription(extra, id, payload)
      if (!('document' in begun)) extra.operations.ended(id)
      return begun
    },
    onOperation: ({ extra }, id, _payload, _args, result) => {
      metrics.subscriptions.inc()
      if (Symbol.asyncIterator in result) extra.operations.runs(id, result)
    },
    onComplete: ({ extra }, id) => {
      metrics.subscriptions.dec()
      extra.operations.ended(id)
    },
    onError: ({ extra }, _id, _payload, errors) => errors.map((error) => deps.mask(error, extra.requestId)),
    onNext: ({ extra }, _id, _payload, _args, { data = null, errors }) => {
      if (errors) return { data, errors: errors.map((error) => deps.mask(error, extra.requestId)) }
    },
  })

  async function beginSubscription(
    { viewer, address, requestId, wire }: Peer,
    id: string,
    request: OperationRequest,
  ): Promise<BegunOperation | readonly GraphQLError[]> {
    const prepared = deps.prepare(request)
    if (!('document' in prepared)) return prepared
    if (!viewer) throw new Error('A subscription began on a socket that was not admitted')
    const context = deps.contextOf(viewer, address, requestId)
    const overspent = await deps.spend(prepared.cost, context)
    if (overspent) return [overspentError(overspent.retryAfterMs)]
    return { ...prepared, contextValue: context, outlet: wire.outlet(id) }
  }

  /** Runs on connection_init. A refused socket is closed with a code that says what to do. */
  async function admit({ connectionParams, extra }: PeerContext): Promise<boolean> {
    const { socket } = extra
    let viewer: Viewer
    try {
      viewer = await deps.authenticate(authorizationIn(connectionParams))
    } catch (error) {
      if (error instanceof Refusal) socket.close(closeCodes.badToken, 'Bad or expired token')
      else if (error instanceof Outage) socket.close(closeCodes.goingAway, retryHint(error.retryAfterMs))
      else throw error
      return false
    }
    // Closed while the token was looked at: what would be counted now would never be given back.
    if (socket.readyState !== socket.OPEN) return false
    if (viewer.kind === 'account' && viewer.buyerId !== null) {
      if (!accounts.take(viewer.buyerId)) {
        refuse('account')
        socket.close(closeCodes.tooManySockets, 'Too many sockets of this account')
        return false
      }
      extra.account = viewer.buyerId
    }
    extra.viewer = viewer
    if (viewer.expiresAt) closeAt(extra, viewer.expiresAt.getTime())
    return true
  }

  function closeAt(peer: Peer, expiresAtMs: number): void {
    const dayMs = 86_400_000
    // A timer holds at most 24 days; a token that lives longer is looked at again.
    const waitMs = Math.min(expiresAtMs - deps.clock.nowMs(), dayMs)
    peer.expiry = setTimeout(() => {
      if (deps.clock.nowMs() >= expiresAtMs) end(peer, closeCodes.tokenExpired, 'Token expired')
      else closeAt(peer, expiresAtMs)
    }, waitMs)
  }

  function opened(socket: WebSocket, request: IncomingMessage, connection: Duplex): void {
    const peer: Peer = {
      socket,
      wire: new SocketWire(socket, connection, () => end(peer, closeCodes.tooSlow, 'Too slow')),
      address: deps.addressOf(request),
      bucket: bucketOf(deps.addressOf(request)),
      requestId: randomUUID(),
      viewer: null,
      account: null,
      expiry: undefined,
      operations: new RunningOperations(),
    }
    metrics.sockets.inc()
    const stopPinging = keepAlive(socket, limits.pingEveryMs)
    const isCalm = countMessages(limits, deps.clock)
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: (code, reason) => socket.close(code, reason),
        // Without what came with the ping, which would be written out again however it is nested.
        onPing: () => send(socket, stringifyMessage({ type: MessageType.Pong })),
        onMessage: (handle) => {
          socket.on('message', (data: RawData) => {
            if (!isCalm()) return end(peer, closeCodes.tooManyMessages, 'Too many messages')
            handle(String(data)).catch((error: unknown) => {
              log.error({ err: error, requestId: peer.requestId }, 'A message on a WebSocket failed')
              end(peer, closeCodes.fault, `Request id ${peer.requestId}`)
            })
          })
        },
      },
      peer,
    )
    // Errors of a socket (cut off, too large a message) end in 'close', which is where they are handled.
    socket.on('error', () => {})
    socket.once('close', (code: number, reason: Buffer) => {
      stopPinging()
      clearTimeout(peer.expiry)
      peer.operations.close()
      addresses.give(peer.bucket)
      if (peer.account !== null) accounts.give(peer.account)
      metrics.sockets.dec()
      metrics.socketsClosed.inc({ code: String(code) })
      closed(code, String(reason)).catch((error: unknown) => {
        log.error({ err: error, requestId: peer.requestId }, 'A WebSocket could not be cleaned up')
      })
    })
  }

  /** Its subscriptions end at once, whatever the other end makes of the close. */
  function end(
    { socket, operations }: Pick<Peer, 'socket' | 'operations'>,
    code: number,
    reason: string,
  ): void {
    socket.close(code, reason)
    operations.close()
    setTimeout(() => socket.terminate(), limits.socketCloseMsMax).unref()
  }

  function refuse(reason: string): void {
    metrics.socketsRefused.inc({ reason })
  }

  let closing = false

  return {
    upgrade(request, socket, head) {
      const turnAway = (status: string, reason: string) => {
        refuse(reason)
        socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      }
      socket.on('error', () => socket.destroy())
      if (closing) return turnAway('503 Service Unavailable', 'closing')
      const { origin, host } = request.headers
      if (!isAllowedOrigin(origin, host, deps.allowedOrigins)) return turnAway('403 Forbidden', 'origin')
      if (sockets.clients.size >= limits.socketsMax) return turnAway('503 Service Unavailable', 'full')
      const address = bucketOf(deps.addressOf(request))
      if (!addresses.take(address)) return turnAway('429 Too Many Requests', 'address')
      let upgraded = false
      socket.once('close', () => {
        // A handshake that ws refused itself never becomes a socket.
        if (!upgraded) addresses.give(address)
      })
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        upgraded = true
        opened(webSocket, request, socket)
      })
    },

    async close() {
      closing = true
      await closeInTurn(sockets.clients, limits, (socket) => {
        socket.close(closeCodes.goingAway, retryHint(randomInt(limits.reconnectWithinMs)))
        setTimeout(() => socket.terminate(), limits.socketCloseMsMax).unref()
      })
      await new Promise<void>((resolve) => sockets.close(() => resolve()))
    },
  }
}

const anybody: Viewer = { kind: 'anonymous', buyerId: null, roles: [], expiresAt: null }

const retryHint = (retryAfterMs: number) => JSON.stringify({ retryAfterMs })

function authorizationIn(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const named = params?.authorization ?? params?.Authorization
  if (typeof named === 'string' && named !== '') return named
  return typeof params?.token === 'string' && params.token !== '' ? `Bearer ${params.token}` : undefined
}
