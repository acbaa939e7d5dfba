/** A Redis Cluster of one's own: three masters, of which the first has a replica. */
import { slotOf } from '../../src/platform/key-slot.ts'
import { until } from '../seating/until.ts'
import { nodePassword, type RedisNode, startRedisNode } from './redis-node.ts'

const nodeTimeoutMs = 1_000
const slotRanges = [
  [0, 5_460],
  [5_461, 10_922],
  [10_923, 16_383],
] as const

type Three = [RedisNode, RedisNode, RedisNode]

export interface FreshCluster {
  url: string
  masters: Three
  replica: RedisNode
  /** The master that has a key now, as all live nodes say. */
  masterOf(key: string): Promise<RedisNode>
  /** Opens the move of a key's slot: from then on keys that are not at the source are asked for at the target. */
  beginMove(key: string, to: RedisNode): Promise<void>
  /** Moves the slot's keys, and says whose it is. */
  endMove(key: string, to: RedisNode): Promise<void>
  stop(): Promise<void>
}

const settings = (port: number) => [
  'cluster-enabled yes',
  'cluster-config-file nodes.conf',
  // Its usual place, 10,000 above, may be where the system takes ports for outgoing connections.
  `cluster-port ${port - 12_000}`,
  `cluster-node-timeout ${nodeTimeoutMs}`,
  // One master being away leaves the others serving.
  'cluster-require-full-coverage no',
  'cluster-replica-validity-factor 0',
]

export async function freshCluster(): Promise<FreshCluster> {
  const nodes = await Promise.all([1, 2, 3, 4].map(() => startRedisNode(settings)))
  const [a, b, c, replica] = nodes as [RedisNode, RedisNode, RedisNode, RedisNode]
  const masters: Three = [a, b, c]
  const idOf = async ({ client }: RedisNode) => String(await client.call('CLUSTER', 'MYID'))

  await Promise.all(
    masters.map(async ({ client }, index) => {
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
      await client.call('CLUSTER', 'ADDSLOTSRANGE', ...(slotRanges[index] ?? []))
    }),
  )
  for (const { port } of [b, c, replica]) {
    await a.client.call('CLUSTER', 'MEET', '127.0.0.1', port, port - 12_000)
  }
  const says = async ({ client }: RedisNode, word: string) =>
    String(await client.call('CLUSTER', 'INFO')).includes(word)
  await until('the nodes to have met', async () => {
    const met = await Promise.all(nodes.map((node) => says(node, 'cluster_known_nodes:4')))
    const well = await Promise.all(nodes.map((node) => says(node, 'cluster_state:ok')))
    return [...met, ...well].every(Boolean)
  })
  await replica.client.call('CLUSTER', 'REPLICATE', await idOf(a))
  await until('the replica to follow', async () =>
    (await replica.client.info('replication')).includes('master_link_status:up'),
  )
  await until('all to know the replica', async () => {
    const tables = await Promise.all(nodes.map(({ client }) => client.call('CLUSTER', 'NODES')))
    return tables.every((table) => / slave /.test(String(table).replaceAll('myself,', '')))
  })

  async function masterOf(key: string): Promise<RedisNode> {
    const slot = slotOf(key)
    const alive = nodes.filter(({ client }) => client.status === 'ready')
    for (const node of alive) {
      const ranges = (await node.client.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][]
      const port = ranges.find(([from, to]) => from <= slot && slot <= to)?.[2][1]
      const found = nodes.find((each) => each.port === port && each.client.status === 'ready')
      if (found) return found
    }
    throw new Error(`No live node has slot ${slot}`)
  }

  return {
    url: `redis+cluster://:${encodeURIComponent(nodePassword)}@${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    masters,
    replica,
    masterOf,
    async beginMove(key, to) {
      const from = await masterOf(key)
      const slot = slotOf(key)
      await to.client.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', await idOf(from))
      await from.client.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', await idOf(to))
    },
    async endMove(key, to) {
      const from = await masterOf(key)
      const slot = slotOf(key)
      const keys = (await from.client.call('CLUSTER', 'GETKEYSINSLOT', slot, 10_000)) as string[]
      if (keys.length > 0) {
        const auth = ['AUTH', nodePassword, 'KEYS', ...keys]
        await from.client.call('MIGRATE', '127.0.0.1', to.port, '', 0, 5_000, ...auth)
      }
      const id = await idOf(to)
      for (const { client } of [to, from]) await client.call('CLUSTER', 'SETSLOT', slot, 'NODE', id)
    },
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()))
    },
  }
}
