/** A master, its replica, and three sentinels that watch them. */
import { until } from '../seating/until.ts'
import { nodePassword, type RedisNode, startRedisNode } from './redis-node.ts'

const masterName = 'box-office'
const downAfterMs = 1_000

export interface FreshSentinels {
  url: string
  first: RedisNode
  second: RedisNode
  /** The port of the master, as the sentinels have it. */
  masterPort(): Promise<number>
  stop(): Promise<void>
}

export async function freshSentinels(): Promise<FreshSentinels> {
  const first = await startRedisNode(() => [])
  const second = await startRedisNode(() => [`replicaof 127.0.0.1 ${first.port}`])
  await until('the replica to follow', async () =>
    (await second.client.info('replication')).includes('master_link_status:up'),
  )
  const watch = () => [
    `sentinel monitor ${masterName} 127.0.0.1 ${first.port} 2`,
    `sentinel auth-pass ${masterName} "${nodePassword}"`,
    `sentinel down-after-milliseconds ${masterName} ${downAfterMs}`,
    `sentinel failover-timeout ${masterName} 5000`,
  ]
  const sentinels = await Promise.all([1, 2, 3].map(() => startRedisNode(watch, { sentinel: true })))
  const [any] = sentinels as [RedisNode]
  await until('the sentinels to know each other and the replica', async () => {
    const seen = await Promise.all(
      sentinels.map(async ({ client }) => {
        const master = (await client.call('SENTINEL', 'MASTER', masterName)) as string[] | object
        return Array.isArray(master) ? master.join(' ') : Object.entries(master).flat().join(' ')
      }),
    )
    return seen.every((text) => /num-slaves 1\b/.test(text) && /num-other-sentinels 2\b/.test(text))
  })
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')
  return {
    url: `redis+sentinel://:${encodeURIComponent(nodePassword)}@${hosts}/${masterName}`,
    first,
    second,
    async masterPort() {
      const address = await any.client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName)
      return Number((address as string[])[1])
    },
    async stop() {
      await Promise.all([...sentinels, first, second].map((node) => node.stop()))
    },
  }
}
