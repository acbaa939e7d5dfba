/**
 * Opens a connection to where an address leads: the server, the master that the sentinels name, or any node of a
 * cluster, another one at each attempt. Any node serves what every node does alike: ordinary pub/sub, and the question
 * who has which slot.
 */
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AbstractConnector, type RedisOptions as AllOptions, Redis } from 'ioredis'
import { type ClusterAddress, type RedisAddress, type RedisHost, readRedisAddress } from './redis-address.ts'

type RedisOptions = Omit<AllOptions, 'replyMapping'>

export function connectRedis(url: string, options: RedisOptions): Redis {
  return connectTo(readRedisAddress(url), options)
}

function connectTo(address: RedisAddress, options: RedisOptions): Redis {
  if (address.kind === 'server') return new Redis(address.url, { ...leavesReplica, ...options })
  if (address.kind === 'cluster') return connectToAny(address, () => address.hosts, options)
  const { hosts, master, db, tls, username, password, sentinelUsername, sentinelPassword } = address
  return new Redis({
    ...leavesReplica,
    connectTimeout: sentinelMsMax,
    sentinelCommandTimeout: sentinelMsMax,
    // A master that was replaced, and does not know it yet, is left as soon as the sentinels say so.
    failoverDetector: true,
    sentinelRetryStrategy: (attempt) => Math.min(20 * 2 ** attempt, 500),
    sentinelReconnectStrategy: (attempt) => Math.min(20 * 2 ** attempt, 500),
    ...options,
    ...{ sentinels: hosts, name: master, db },
    ...(username && { username }),
    ...(password && { password }),
    ...(sentinelUsername && { sentinelUsername }),
    ...(sentinelPassword && { sentinelPassword }),
    ...(tls && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
  })
}

const sentinelMsMax = 2_000
const disconnectMsMax = 2_000

/** A master that became a replica refuses writes: the connection is opened anew, and the command is not repeated. */
const leavesReplica: RedisOptions = { reconnectOnError: (error) => error.message.startsWith('READONLY') }

/** `hosts` may grow: it is asked at each attempt. */
export function connectToAny(
  { username, password, tls }: Omit<ClusterAddress, 'kind' | 'hosts'>,
  hosts: () => RedisHost[],
  options: RedisOptions,
): Redis {
  let attempts = Math.floor(Math.random() * hosts().length)
  class AnyNode extends AbstractConnector {
    constructor() {
      super(disconnectMsMax)
    }

    override async connect(): Promise<Socket> {
      this.connecting = true
      const among = hosts()
      const { host, port } = among[attempts++ % among.length] as RedisHost
      // The client connects anew by itself when the socket closes.
      const socket = tls ? connectTls({ host, port }) : connectTcp({ host, port })
      socket.once('error', (error) => {
        this.firstError = error
      })
      this.stream = socket
      return socket
    }
  }
  return new Redis({
    ...options,
    Connector: AnyNode,
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls: {} }),
  })
}
