/**
 * Which master of a Redis Cluster has which slot, as any of its nodes tells. Asked again every second, and when a server
 * says that a key has moved or does not answer. It may be wrong for a moment: a server that does not have a key refuses
 * the command and changes nothing.
 */
import { connectToAny } from './connect-redis.ts'
import { slotCount, slotOf } from './key-slot.ts'
import type { ClusterAddress, RedisHost } from './redis-address.ts'

export interface ClusterTable {
  /** `host:port` of the master, or null while nobody knows. */
  nodeOf(key: string): string | null
  masters(): ReadonlySet<string>
  /** Resolves when the table was read for the first time. */
  ready(): Promise<void>
  /** What a MOVED says, sooner than the next answer. */
  put(slot: number, node: string): void
  /** Asks now; shared while it runs. Never rejects. */
  refresh(): Promise<void>
  close(): void
}

export interface ClusterTableOptions {
  name: string
  /** The table was read, whether it differs or not. */
  onRead: () => void
  onError: (error: Error) => void
}

const refreshEveryMs = 1_000
const answerMsMax = 1_000
const reconnectDelayMsMax = 500
const hostsMax = 256

type Node = [host: string | null, port: number, ...more: unknown[]]
type SlotRange = [from: number, to: number, ...nodes: Node[]]

export function openClusterTable(address: ClusterAddress, options: ClusterTableOptions): ClusterTable {
  const slots: (string | undefined)[] = Array.from({ length: slotCount })
  const hosts: RedisHost[] = [...address.hosts]
  let masters = new Set<string>()
  let asking: Promise<void> | null = null
  let closed = false
  let becomeReady = () => {}
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve
  })

  const guide = connectToAny(address, () => hosts, {
    connectionName: options.name,
    connectTimeout: answerMsMax,
    commandTimeout: answerMsMax,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(20 * 2 ** attempt, reconnectDelayMsMax),
  })
  guide.on('error', options.onError)
  guide.on('ready', () => void refresh())
  const timer = setInterval(() => void refresh(), refreshEveryMs)
  timer.unref()

  function refresh(): Promise<void> {
    if (closed) return Promise.resolve()
    asking ??= ask().finally(() => {
      asking = null
    })
    return asking
  }

  async function ask(): Promise<void> {
    if (guide.status !== 'ready') return
    try {
      read((await guide.cluster('SLOTS')) as SlotRange[])
    } catch (error) {
      if (closed) return
      options.onError(error instanceof Error ? error : new Error(String(error)))
      // Another node may know more.
      guide.disconnect(true)
    }
  }

  function read(ranges: SlotRange[]): void {
    if (closed) return
    // A node that was told of no slots knows less than we do.
    if (ranges.length === 0) return
    const known = new Set<string>()
    for (const [from, to, ...nodes] of ranges) {
      const [master] = nodes
      if (!master) continue
      const node = nameOf(master)
      known.add(node)
      slots.fill(node, from, to + 1)
      for (const each of nodes) meet(each)
    }
    masters = known
    becomeReady()
    options.onRead()
  }

  /** A node that does not know its own address stands for the one that was asked. */
  function nameOf([host, port]: Node): string {
    return `${host && host !== '?' ? host : (guide.stream as { remoteAddress?: string }).remoteAddress}:${port}`
  }

  /** So that somebody can be asked when those that the configuration names are gone. */
  function meet(told: Node): void {
    const { host, port } = hostOf(nameOf(told))
    if (hosts.length < hostsMax && !hosts.some((each) => each.host === host && each.port === port)) {
      hosts.push({ host, port })
    }
  }

  return {
    nodeOf: (key) => slots[slotOf(key)] ?? null,
    masters: () => masters,
    ready: () => ready,
    put(slot, node) {
      if (slot >= 0 && slot < slotCount) slots[slot] = node
      masters.add(node)
    },
    refresh,
    close() {
      closed = true
      clearInterval(timer)
      guide.disconnect()
    },
  }
}

/** The port is what follows the last colon: an IPv6 address has more of them. */
export function hostOf(node: string): RedisHost {
  const colon = node.lastIndexOf(':')
  return { host: node.slice(0, colon), port: Number(node.slice(colon + 1)) }
}
