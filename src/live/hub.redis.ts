/**
 * The fan-out hub of one process. Follows the shows that are watched over sharded pub/sub, gathers what arrives within a
 * tick, and hands one frame to every watcher. Promise 3: pub/sub may lose messages, so every two seconds each show's
 * position is read from the source itself, and whoever is behind is told.
 */
import { Outage } from '../platform/failures.ts'
import { parseFrame } from '../seating/index.ts'
import { openFramesBus } from './frames-bus.redis.ts'
import type { LiveLimits } from './live-limits.ts'
import { type Position, positionFrame } from './position.ts'
import { ShowFeed } from './show-feed.ts'
import { Watcher, type WatcherDesk } from './watcher.ts'

/** Where the truth stands: read from Redis at every call, never remembered. */
export interface PositionSource {
  positions(showIds: number[]): Promise<Map<number, Position | null>>
  framesChannel(showId: number): string
}

export interface HubOptions {
  redisUrl: string
  source: PositionSource
  limits: LiveLimits
  /** Milliseconds that only go forward. */
  nowMs: () => number
  onError: (error: unknown) => void
  onFramesSent?: (count: number) => void
}

export interface Live {
  /** Frames of a show, beginning with where it stands now. Throws TooManyWatchers. */
  watch(showId: number): Watcher
  /** `operations` are the distinct ones that are shared, `alone` the watchers that share none. */
  stats(): { shows: number; watchers: number; operations: number; alone: number; connected: boolean }
  close(): Promise<void>
}

export class TooManyWatchers extends Outage {
  readonly code = 'TOO_MANY_WATCHERS'

  constructor() {
    super('This server has as many live viewers as it can serve. Connect again in a moment.', 5_000)
  }
}

export function openHub(options: HubOptions): Live {
  const { source, limits, nowMs } = options
  const feeds = new Map<number, ShowFeed>()
  const desks = new Map<number, WatcherDesk>()
  const watching = new Set<Watcher>()
  const showOfChannel = new Map<string, number>()
  const greeting = new Map<number, Promise<Position | null>>()
  let alone = 0
  let closed = false
  let nextRoundMs = 0
  let beating = false
  let tick: NodeJS.Timeout | undefined

  const bus = openFramesBus(options.redisUrl, {
    name: 'rowlock-live',
    deafBeatsMax: limits.deafBeatsMax,
    onMessage(channel, text) {
      const feed = feeds.get(showOfChannel.get(channel) ?? -1)
      if (!feed) return
      feed.receive(parseFrame(text))
      scheduleTick()
    },
    // What was published while we were away is gone: ask the source at once.
    onReady: () => void beat(),
    onError: options.onError,
  })

  const heartbeat = setInterval(() => void beat(), limits.heartbeatMs)
  heartbeat.unref()

  function scheduleTick(): void {
    if (!closed) tick ??= setTimeout(round, Math.max(limits.tickMs, nextRoundMs - nowMs()))
  }

  function round(): void {
    tick = undefined
    const startedAt = nowMs()
    let sent = 0
    for (const feed of feeds.values()) sent += told(() => feed.flush())
    // At most half of the time goes to viewers; the rest is for those who buy.
    nextRoundMs = nowMs() + (nowMs() - startedAt)
    options.onFramesSent?.(sent)
  }

  /** That one show's frame could not be made is no reason to be silent about the others. */
  function told(tell: () => number): number {
    try {
      return tell()
    } catch (error) {
      options.onError(error)
      return 0
    }
  }

  async function beat(): Promise<void> {
    // A silent source keeps one question waiting, not one for every heartbeat.
    if (feeds.size === 0 || closed || beating) return
    beating = true
    try {
      compare(await source.positions([...feeds.keys()]))
    } catch (error) {
      // Nothing is said while the source is silent, so viewers see that they are stale.
      options.onError(error)
    } finally {
      beating = false
    }
  }

  function compare(positions: Map<number, Position | null>): void {
    const late: [ShowFeed, Position][] = []
    const lateChannels: string[] = []
    let sent = 0
    for (const [showId, position] of positions) {
      const feed = feeds.get(showId)
      if (!feed || !position) continue
      if (feed.isBehind(position)) {
        late.push([feed, position])
        lateChannels.push(source.framesChannel(showId))
      } else sent += told(() => feed.heartbeat())
    }
    options.onFramesSent?.(sent)
    bus.judge(lateChannels)
    if (late.length === 0) return
    setTimeout(() => {
      for (const [feed, position] of late) feed.hear(position)
      scheduleTick()
    }, limits.catchUpMs).unref()
  }

  function follow(showId: number): ShowFeed {
    const known = feeds.get(showId)
    if (known) return known
    const feed = new ShowFeed({ limits, nowMs, wake: scheduleTick })
    feeds.set(showId, feed)
    desks.set(showId, openDesk(showId, feed))
    showOfChannel.set(source.framesChannel(showId), showId)
    return feed
  }

  function openDesk(showId: number, feed: ShowFeed): WatcherDesk {
    return {
      leave(watcher) {
        watching.delete(watcher)
        if (watcher.isAlone) alone -= 1
        if (watcher.member) feed.leave(watcher.member)
        else feed.watchers.delete(watcher)
        if (!feed.isWatched && feeds.get(showId) === feed) unfollow(showId)
      },
      share(watcher, operation, outlet) {
        const member = feed.share(operation, outlet)
        if (member) feed.watchers.delete(watcher)
        return member
      },
      readAlone() {
        if (alone >= limits.aloneMax) return false
        alone += 1
        return true
      },
    }
  }

  function unfollow(showId: number): void {
    const channel = source.framesChannel(showId)
    feeds.delete(showId)
    desks.delete(showId)
    showOfChannel.delete(channel)
    greeting.delete(showId)
    if (!closed) bus.unfollow(channel)
  }

  /** The position, read after the subscription is in force, so that nothing between is lost. Shared while it runs. */
  function greet(showId: number, feed: ShowFeed): Promise<Position | null> {
    const shared = greeting.get(showId)
    if (shared) return shared
    const mine = (async () => {
      await bus.follow(source.framesChannel(showId))
      return (await source.positions([showId])).get(showId) ?? null
    })()
    greeting.set(showId, mine)
    mine
      .then((position) => position && feed.hear(position), options.onError)
      .finally(() => {
        if (greeting.get(showId) === mine) greeting.delete(showId)
      })
    return mine
  }

  return {
    watch(showId) {
      if (closed || watching.size >= limits.watchersMax) throw new TooManyWatchers()
      const feed = follow(showId)
      const watcher = new Watcher(desks.get(showId) ?? openDesk(showId, feed))
      watching.add(watcher)
      feed.watchers.add(watcher)
      // Redis away: the first frame comes with the first heartbeat that is heard.
      greet(showId, feed).then(
        (position) => position && watcher.offer(positionFrame(position)),
        () => {},
      )
      return watcher
    },
    stats: () => ({
      ...{ shows: feeds.size, watchers: watching.size, alone },
      operations: feeds.values().reduce((sum, feed) => sum + feed.operations, 0),
      connected: bus.connected(),
    }),
    async close() {
      closed = true
      clearInterval(heartbeat)
      clearTimeout(tick)
      for (const watcher of [...watching]) watcher.end()
      bus.close()
    },
  }
}
