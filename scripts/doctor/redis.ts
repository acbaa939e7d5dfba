/** Redis: the one that REDIS_URL names, else one that is installed, else the system's package. */
import { spawnSync } from 'node:child_process'
import type { Redis } from 'ioredis'
import { adviceForRedis, isNewEnough, presentRedis } from '../../src/embedded/index.ts'
import { type Finding, finding, reasonOf } from './finding.ts'

const say = finding('Redis')
const connectMsMax = 3_000

export async function checkRedis(url: string | undefined): Promise<Finding> {
  if (!url) return checkEmbedded()
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) {
    return say(
      'failed',
      'REDIS_URL is not a Redis address. Expected redis://:password@host:port, or rediss:// for TLS.',
    )
  }
  const { host } = new URL(url)
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectMsMax,
    commandTimeout: connectMsMax,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  // The reason comes as an event; what the call itself rejects with only says that the connection closed.
  let reason: unknown
  redis.on('error', (error) => {
    reason = error
  })
  try {
    await redis.connect()
    return await judge(redis, host)
  } catch (error) {
    return say(
      'failed',
      `${host} (REDIS_URL) does not answer: ${reasonOf(reason ?? error)}. Start it, correct REDIS_URL, or unset it to use one that Rowlock brings.`,
    )
  } finally {
    redis.disconnect()
  }
}

async function judge(redis: Redis, host: string): Promise<Finding> {
  const before = Date.now()
  const [seconds, microseconds] = await redis.time()
  const clockAheadMs = Number(seconds) * 1000 + Number(microseconds) / 1000 - (before + Date.now()) / 2
  const info = await redis.info()
  const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? ''
  const version = field('redis_version')
  const verdict = () => {
    if (!isNewEnough(version)) {
      return say(
        'failed',
        `${host} is Redis ${version}; Rowlock needs 7.0 or later. Upgrade it, or unset REDIS_URL.`,
      )
    }
    if (field('role') === 'slave') {
      return say('failed', `${host} is a replica, which takes no writes. Set REDIS_URL to the master.`)
    }
    if (field('maxmemory') !== '0' && field('maxmemory_policy') !== 'noeviction') {
      return say(
        'warning',
        `${host} forgets keys when it is full (${field('maxmemory_policy')}), locks among them: \`CONFIG SET maxmemory-policy noeviction\`.`,
      )
    }
    return say('ok', `${version} at ${host}`)
  }
  return { ...verdict(), clockAheadMs }
}

function checkEmbedded(): Finding {
  const redis = presentRedis()
  if (redis) return say('ok', `${redis.version}, ${redis.command} (set REDIS_URL to use your own)`)
  if (spawnSync('apt-get', ['--version']).status === 0) {
    return say(
      'ok',
      'none yet; the first start downloads the package of this system (12 MB) and unpacks it, without installing it',
    )
  }
  return say(
    'failed',
    `no redis-server or valkey-server 7.0 or later on the PATH. ${adviceForRedis()}, or set REDIS_URL.`,
  )
}
