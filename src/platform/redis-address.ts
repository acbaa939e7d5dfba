/**
 * What REDIS_URL names: one server, a Redis Cluster, or the sentinels that know which server is the master.
 *
 *     redis://:password@host:port/0
 *     redis+cluster://:password@host:port,host:port
 *     redis+sentinel://:password@host:port,host:port/master-name/0?sentinelPassword=…
 *
 * `rediss` in place of `redis` is TLS.
 */
export interface RedisHost {
  host: string
  port: number
}

interface Login {
  username?: string
  password?: string
  tls: boolean
}

export type ClusterAddress = Login & { kind: 'cluster'; hosts: RedisHost[] }

export type SentinelAddress = Login & {
  kind: 'sentinel'
  hosts: RedisHost[]
  master: string
  db: number
  sentinelUsername?: string
  sentinelPassword?: string
}

export type RedisAddress = { kind: 'server'; url: string } | ClusterAddress | SentinelAddress

/** Its sentence says what was expected, and nothing of what came: an address may hold a password. */
class BadRedisAddress extends Error {}

const hostsMax = 64
const several = /^redis(s?)\+(cluster|sentinel):\/\/(?:([^@/?]*)@)?([^/?@]*)(?:\/([^?]*))?(?:\?(.*))?$/

export function readRedisAddress(url: string): RedisAddress {
  const parts = several.exec(url)
  if (!parts) return oneServer(url)
  const [, secure, kind, login = '', hosts = '', path = '', query = ''] = parts
  const common = { ...readLogin(login), tls: secure === 's' }
  const asked = new URLSearchParams(query)
  if (kind === 'cluster') {
    if (path !== '') {
      throw new BadRedisAddress(
        'a Redis Cluster has one database and no master name: nothing may follow the hosts',
      )
    }
    refuseUnknown(asked, [])
    return { kind, ...common, hosts: readHosts(hosts, 6379) }
  }
  return { kind: 'sentinel', ...common, ...readMaster(path), hosts: readHosts(hosts, 26_379), ...own(asked) }
}

function oneServer(url: string): RedisAddress {
  if (!/^rediss?:\/\//.test(url)) {
    throw new BadRedisAddress(
      'expected redis://…, redis+cluster://… or redis+sentinel://…, or the same with rediss for TLS',
    )
  }
  if (!URL.canParse(url)) {
    throw new BadRedisAddress(
      'expected redis://:password@host:port; several hosts belong to redis+cluster:// or redis+sentinel://',
    )
  }
  return { kind: 'server', url }
}

function readHosts(text: string, defaultPort: number): RedisHost[] {
  const hosts = text.split(',').map((each) => {
    const [, bracketed, plain, port] = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(each) ?? []
    const host = bracketed ?? plain
    if (!host || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) {
      throw new BadRedisAddress('expected host:port, more of them separated by commas')
    }
    return { host, port: Number(port ?? defaultPort) }
  })
  if (hosts.length > hostsMax) throw new BadRedisAddress(`expected ${hostsMax} hosts at most`)
  return hosts
}

function readMaster(path: string): { master: string; db: number } {
  const [, master, db] = /^([\w.-]+)(?:\/(\d{1,3}))?$/.exec(path) ?? []
  if (!master) {
    throw new BadRedisAddress(
      'expected the name of the master after the sentinels: redis+sentinel://…/mymaster',
    )
  }
  return { master, db: Number(db ?? 0) }
}

function readLogin(login: string): { username?: string; password?: string } {
  if (login === '') return {}
  const at = login.indexOf(':')
  if (at < 0) throw new BadRedisAddress('expected :password@ or user:password@ before the hosts')
  const username = decode(login.slice(0, at))
  return { ...(username && { username }), password: decode(login.slice(at + 1)) }
}

function own(asked: URLSearchParams): { sentinelUsername?: string; sentinelPassword?: string } {
  refuseUnknown(asked, ['sentinelUsername', 'sentinelPassword'])
  return Object.fromEntries(asked)
}

function refuseUnknown(asked: URLSearchParams, known: string[]): void {
  for (const name of asked.keys()) {
    if (!known.includes(name)) {
      throw new BadRedisAddress(
        `"${name}" is not known here; expected ${known.join(' or ') || 'nothing after the hosts'}`,
      )
    }
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new BadRedisAddress('expected special characters of user and password as %XX')
  }
}
