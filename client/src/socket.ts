/**
 * A client of graphql-ws that behaves as this server asks: it has a token in time and a new one when the old one ended,
 * notices a connection that is dead without having been closed, and leaves it to each map when to come back, because
 * only the map knows the server's hint. Other subscriptions of the application may use it too, directly or as the
 * transport of urql and Apollo Client.
 */
import { clientLimits as limits } from './limits.ts'
import { isFields } from './problem.ts'
import { type SilenceWatch, systemTimers, watchSilence } from './timers.ts'

/** Why a token is asked for: `expired` and `refused` mean that the last one is of no use any more. */
export type TokenWanted = 'connect' | 'expired' | 'refused'

export interface SocketSettings {
  /** "wss://tickets.example/graphql". */
  url: string
  /**
   * The token of whoever watches; null watches without one. Asked before every connection. Where it fails, takes too
   * long, or answers again what the server refused, the connection is made without a token: everyone may watch.
   */
  token?: (wanted: TokenWanted) => string | null | Promise<string | null>
  /** For Node before 22, which has no WebSocket of its own. */
  webSocketImpl?: unknown
}

/** The options of graphql-ws that are set. */
export interface SocketOptions {
  url: () => Promise<string>
  connectionParams: () => Record<string, unknown>
  retryAttempts: number
  lazyCloseTimeout: number
  connectionAckWaitTimeout: number
  webSocketImpl?: unknown
  on: {
    connecting: () => void
    connected: (socket: unknown) => void
    message: () => void
    closed: (event: unknown) => void
    error: () => void
  }
}

/** `createClient` is that of graphql-ws; the client it makes is returned. */
export function openSocket<Client extends { terminate(): void }>(
  createClient: (options: SocketOptions) => Client,
  settings: SocketSettings,
): Client {
  let wanted: TokenWanted = 'connect'
  let token: string | null = null
  let useless: string | null = null
  let deadline: ReturnType<typeof setTimeout> | undefined
  /** Null while there is no connection. */
  let quiet: SilenceWatch | null = null

  /** Gives the connection up if it is not called off in time. */
  const expectWithin = (limitMs: number) => {
    clearTimeout(deadline)
    deadline = setTimeout(() => client.terminate(), limitMs)
  }
  const expectNothing = () => clearTimeout(deadline)
  const leave = () => {
    expectNothing()
    quiet?.stop()
    quiet = null
  }

  const client = createClient({
    // The server waits only so long for the token, so it is there before the connection is.
    url: async () => {
      const given = await askForToken(settings, wanted)
      token = given === useless ? null : given
      return settings.url
    },
    connectionParams: () => (token === null ? {} : { authorization: `Bearer ${token}` }),
    retryAttempts: 0,
    lazyCloseTimeout: limits.lingerMs,
    connectionAckWaitTimeout: limits.connectMsMax,
    ...(settings.webSocketImpl === undefined ? {} : { webSocketImpl: settings.webSocketImpl }),
    on: {
      connecting: () => expectWithin(limits.connectMsMax),
      connected(socket) {
        leave()
        wanted = 'connect'
        useless = null
        // A watched map is heard every 2 s, so only a socket without one is ever asked.
        quiet = watchSilence(systemTimers, limits.quietMs, () => {
          ping(socket)
          expectWithin(limits.pongMsMax)
        })
      },
      message() {
        if (!quiet) return
        quiet.heard()
        expectNothing()
      },
      closed(event) {
        leave()
        const code = isFields(event) ? event.code : null
        if (code !== 4401 && code !== 4403) return
        wanted = code === 4401 ? 'refused' : 'expired'
        useless = token
      },
      error: leave,
    },
  })
  return client
}

/** A message of the protocol; the frames of WebSocket itself are out of a browser's reach. */
function ping(socket: unknown): void {
  if (isFields(socket) && typeof socket.send === 'function') socket.send('{"type":"ping"}')
}

async function askForToken({ token }: SocketSettings, wanted: TokenWanted): Promise<string | null> {
  if (!token) return null
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, limits.tokenMsMax, null)
  })
  try {
    return await Promise.race([token(wanted), tooLate])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}
