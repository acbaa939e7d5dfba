import { beforeEach, describe, expect, test } from 'vitest'
import { openLiveMap } from '../../client/src/index.ts'
import { clientLimits as limits } from '../../client/src/limits.ts'
import { pack, stage } from './stage.ts'

let s: ReturnType<typeof stage>
beforeEach(() => {
  s = stage()
})

/** A map that is live at position `seq` of epoch 1. */
async function live(seq = 0) {
  const map = openLiveMap(s.options)
  s.streams[0]?.say(`1 ${seq} ${seq}`)
  await s.asked[0]?.answer({ seq })
  expect(map.state()).toEqual({ kind: 'live' })
  return map
}

describe('a live map', () => {
  test('needs one snapshot when the stream is quick, taken after it said where it stands', async () => {
    const map = openLiveMap(s.options)
    expect(s.asked).toHaveLength(0)
    s.streams[0]?.say('1 3 3')
    expect(s.asked.map(({ notBefore }) => notBefore)).toEqual([{ epoch: 1, seq: 3 }])
    expect(map.state()).toEqual({ kind: 'connecting', problem: null })
    await s.asked[0]?.answer({ seq: 3 })
    expect(map.state()).toEqual({ kind: 'live' })
    s.pass(1_000)
    expect(s.asked).toHaveLength(1)
  })

  test('shows a first map although the stream is slow, and does not call it live', async () => {
    const map = openLiveMap(s.options)
    s.pass(limits.firstFrameMs)
    await s.asked[0]?.answer({ statuses: pack([0, 2]) })
    expect(map.statusOf(1)).toBe(2)
    expect(map.state().kind).toBe('connecting')
    s.pass(limits.silenceMs)
    expect(map.state()).toEqual({ kind: 'stale', sinceMs: limits.firstFrameMs, problem: null })
  })

  test('tells its listeners once per frame which seats changed', async () => {
    const map = await live()
    const heard: unknown[] = []
    map.onSeats((changed) => heard.push(changed))
    s.streams[0]?.say('1 0 1 4l5b6a')
    s.streams[0]?.say('1 0 1 4l5b6a')
    expect(heard).toEqual([[4, 5]])
    expect(map.statusOf(5)).toBe(2)
    expect(map.statusOf(5000)).toBe(3)
    expect(map.position()).toEqual({ epoch: 1, seq: 1 })
  })

  test('hands out copies: what a page keeps is not changed under it', async () => {
    const map = await live()
    const kept = map.statuses()
    s.streams[0]?.say('1 0 1 4l')
    expect([kept?.[4], map.statuses()?.[4]]).toEqual([0, 1])
  })

  test('says since when it is stale after two missed beats, and is live again with the next frame', async () => {
    const map = await live()
    s.pass(1_000)
    s.streams[0]?.say('1 0 0')
    s.pass(limits.silenceMs - 1)
    expect(map.state().kind).toBe('live')
    s.pass(1)
    expect(map.state()).toEqual({ kind: 'stale', sinceMs: 1_000, problem: null })
    s.streams[0]?.say('1 0 0')
    expect(map.state()).toEqual({ kind: 'live' })
  })

  test('opens an ended stream again, and learns from its first frame what it missed', async () => {
    const map = await live(2)
    s.streams[0]?.end({ code: '1006' })
    s.pass(limits.reopenBaseMs)
    expect(s.streams).toHaveLength(2)
    s.streams[1]?.say('1 7 7')
    s.pass(limits.resyncJitterMs)
    expect(s.asked.at(-1)?.notBefore).toEqual({ epoch: 1, seq: 7 })
    await s.asked.at(-1)?.answer({ seq: 7 })
    expect(map.state()).toEqual({ kind: 'live' })
  })

  test('stays live over a short break, and over a loss that is mended at once', async () => {
    const map = await live()
    const states: string[] = []
    map.onState(({ kind }) => states.push(kind))
    s.streams[0]?.end({ code: '4403' })
    s.pass(limits.reopenBaseMs)
    s.streams[1]?.say('1 4 4')
    s.pass(limits.resyncJitterMs)
    await s.asked[1]?.answer({ seq: 4 })
    s.pass(limits.behindMs)
    expect(states).toEqual([])
  })

  test('is stale while it knows that something is missing and cannot get it, and keeps showing what it had', async () => {
    const map = await live()
    s.streams[0]?.say('1 0 1 1b')
    s.streams[0]?.say('1 4 4')
    s.pass(limits.resyncJitterMs)
    await s.asked[1]?.fail({ code: 'LEDGER_AWAY', message: 'Come back.' })
    for (let beats = 0; beats < 2; beats++) {
      s.pass(2_000)
      s.streams[0]?.say('1 4 4')
    }
    expect(map.state()).toMatchObject({ kind: 'stale', sinceMs: 0, problem: { code: 'LEDGER_AWAY' } })
    expect(map.statusOf(1)).toBe(2)
  })

  test('has one snapshot in flight, however many frames show a gap, and gives a hanging one up', async () => {
    await live()
    for (const text of ['1 2 3 1b', '1 5 6 2b', '1 9 9']) s.streams[0]?.say(text)
    s.pass(limits.resyncJitterMs)
    s.streams[0]?.say('1 12 12')
    expect(s.asked).toHaveLength(2)
    s.pass(limits.snapshotMsMax)
    expect(s.asked[1]?.signal.aborted).toBe(true)
    s.pass(limits.retryBaseMs)
    expect(s.asked).toHaveLength(3)
    expect(s.asked[2]?.notBefore).toEqual({ epoch: 1, seq: 12 })
  })

  test('opens a stream again that fell silent for so long that it must be dead', async () => {
    await live()
    s.pass(limits.deafMs + limits.reopenBaseMs)
    expect(s.streams.map(({ open }) => open)).toEqual([false, true])
  })

  test('a map of the claims is stale until the ledger is back', async () => {
    const map = openLiveMap(s.options)
    s.pass(limits.firstFrameMs)
    await s.asked[0]?.answer({ stale: true })
    expect(map.state().kind).toBe('stale')
    s.streams[0]?.say('1 0 0')
    s.pass(limits.resyncJitterMs)
    await s.asked[1]?.answer({})
    expect(map.state()).toEqual({ kind: 'live' })
  })

  test('says why there is no map', () => {
    const map = openLiveMap(s.options)
    s.streams[0]?.end({ code: 'SHOW_NOT_FOUND', message: 'There is no such show.' })
    expect(map.state()).toMatchObject({ kind: 'connecting', problem: { code: 'SHOW_NOT_FOUND' } })
  })

  test('tries at once when told that the network is back', async () => {
    const map = await live()
    s.streams[0]?.end({ code: '1006' })
    map.retryNow()
    expect(s.streams).toHaveLength(2)
    map.retryNow()
    expect(s.streams).toHaveLength(2)
  })

  test('a listener that throws harms neither the map nor the others', async () => {
    const map = await live()
    const heard: unknown[] = []
    const uncaught: unknown[] = []
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.once('uncaughtException', (error) => uncaught.push(error))
    try {
      map.onSeats(() => {
        throw new Error('of the page')
      })
      map.onSeats((changed) => heard.push(changed))
      s.streams[0]?.say('1 0 1 4l')
      await new Promise((done) => setImmediate(done))
    } finally {
      for (const listener of others) process.on('uncaughtException', listener)
    }
    expect(heard).toEqual([[4]])
    expect(uncaught).toMatchObject([{ message: 'of the page' }])
  })

  test('leaves no timer, no stream and no question behind when it is closed, and says nothing more', async () => {
    const map = await live()
    s.streams[0]?.say('1 5 5')
    s.pass(limits.resyncJitterMs)
    const heard: unknown[] = []
    map.onSeats((changed) => heard.push(changed))
    map.onState((state) => heard.push(state))
    map.close()
    expect(s.timersLeft()).toBe(0)
    expect(s.streams[0]?.open).toBe(false)
    expect(s.asked[1]?.signal.aborted).toBe(true)
    await s.asked[1]?.answer({ seq: 9 })
    map.close()
    map.retryNow()
    expect([heard, s.streams.length, s.timersLeft()]).toEqual([[], 1, 0])
  })

  test('may be closed by a listener of its own', async () => {
    const map = openLiveMap(s.options)
    map.onSeats(() => map.close())
    s.streams[0]?.say('1 0 0')
    await s.asked[0]?.answer({})
    expect(s.timersLeft()).toBe(0)
  })
})

describe('coming back', () => {
  /** After how long each of so many viewers, whose streams ended together, is there again. */
  function pauses(count: number, problem: { code?: string; retryAfterMs?: number }): number[] {
    return Array.from({ length: count }, (_, viewer) => {
      const alone = stage(() => viewer / count)
      const map = openLiveMap(alone.options)
      alone.streams[0]?.end(problem)
      let waitedMs = 0
      for (; alone.streams.length < 2 && waitedMs < 200_000; waitedMs += 50) alone.pass(50)
      map.close()
      return waitedMs
    })
  }

  test('viewers who lost the same server spread over the whole pause', () => {
    const waited = pauses(200, { code: '1006' })
    for (let part = 0; part < 4; part++) {
      const fromMs = (part * limits.reopenBaseMs) / 4
      const here = waited.filter((ms) => ms > fromMs && ms <= fromMs + limits.reopenBaseMs / 4)
      expect(here.length).toBeGreaterThan(40)
    }
  })

  test('a server that says when to come back is not asked sooner', () => {
    expect(Math.min(...pauses(50, { code: '1001', retryAfterMs: 4_000 }))).toBeGreaterThanOrEqual(4_000)
  })

  test('an absurd hint is not believed', () => {
    const most = limits.hintMsMax + limits.reopenBaseMs
    expect(Math.max(...pauses(20, { code: '1001', retryAfterMs: 1e12 }))).toBeLessThanOrEqual(most + 50)
  })

  test.each([
    ['4429', limits.crowdedMs],
    ['4430', limits.crowdedMs],
    ['4400', limits.mistakenMs],
    ['4406', limits.mistakenMs],
    ['4409', limits.mistakenMs],
  ])('after close code %s it waits at least %i ms', (code, leastMs) => {
    expect(Math.min(...pauses(20, { code }))).toBeGreaterThanOrEqual(leastMs)
  })

  test('pauses grow while nobody answers, and are short again after a stream that lived', async () => {
    s = stage(() => 0.999)
    openLiveMap(s.options)
    const waits: number[] = []
    for (let round = 0; round < 6; round++) {
      const before = s.streams.length
      s.streams.at(-1)?.end()
      let waitedMs = 0
      for (; s.streams.length === before; waitedMs += 100) s.pass(100)
      waits.push(waitedMs)
    }
    expect(waits).toEqual([2_000, 4_000, 4_000, 4_000, 4_000, 4_000])
    for (let beats = 0; beats <= limits.steadyMs / 2_000; beats++) {
      s.streams.at(-1)?.say('1 0 0')
      s.pass(2_000)
    }
    const before = s.streams.length
    s.streams.at(-1)?.end()
    s.pass(limits.reopenBaseMs)
    expect(s.streams).toHaveLength(before + 1)
  })

  test('a server that accepts and closes at once is not asked ever faster', () => {
    s = stage(() => 0.999)
    openLiveMap(s.options)
    for (let ms = 0; ms < 60_000; ms += 50) {
      const stream = s.streams.at(-1)
      if (stream?.open) {
        stream.say('1 0 0')
        stream.end({ code: '4500' })
      }
      s.pass(50)
    }
    expect(s.streams.length).toBeLessThan(60_000 / limits.pauseMsMax + 2)
  })
})
