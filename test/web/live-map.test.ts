import { beforeEach, describe, expect, test } from 'vitest'
import { type LiveMapSource, openLiveMap, parseChanges, type Snapshot } from '../../web/src/live-map/index.ts'

/** A clock that moves only when told to, and a source whose stream and answers the test plays. */
function stage() {
  let nowMs = 0
  const due: { atMs: number; action: () => void }[] = []
  const timers = {
    nowMs: () => nowMs,
    random: () => 0.5,
    after(delayMs: number, action: () => void) {
      const entry = { atMs: nowMs + delayMs, action }
      due.push(entry)
      return () => void (due.includes(entry) && due.splice(due.indexOf(entry), 1))
    },
  }
  const streams: { frame(text: string): void; end(): void; open: boolean }[] = []
  const asked: { notBefore: unknown; answer(s: Partial<Snapshot>): Promise<void>; fail(): Promise<void> }[] =
    []
  const source: LiveMapSource = {
    watch(onFrame, onEnd) {
      const stream = {
        open: true,
        frame(text: string) {
          const [epoch, after, seq, changes = ''] = text.split(' ')
          onFrame({
            epoch: Number(epoch),
            after: Number(after),
            seq: Number(seq),
            changes: parseChanges(changes),
          })
        },
        end() {
          stream.open = false
          onEnd()
        },
      }
      streams.push(stream)
      return () => {
        stream.open = false
      }
    },
    snapshot(notBefore) {
      const { promise, resolve, reject } = Promise.withResolvers<Snapshot>()
      const settled = () => new Promise<void>((done) => setImmediate(done))
      asked.push({
        notBefore,
        answer(s) {
          resolve({ epoch: 1, seq: 0, statuses: new Uint8Array(8), stale: false, ...s })
          return settled()
        },
        fail() {
          reject(new Error('no network'))
          return settled()
        },
      })
      return promise
    },
  }
  const pass = (ms: number) => {
    nowMs += ms
    for (
      let next = due.findIndex((d) => d.atMs <= nowMs);
      next >= 0;
      next = due.findIndex((d) => d.atMs <= nowMs)
    ) {
      due.splice(next, 1)[0]?.action()
    }
  }
  return { source, timers, streams, asked, pass, timersLeft: () => due.length }
}

describe('a live map', () => {
  let s: ReturnType<typeof stage>
  beforeEach(() => {
    s = stage()
  })

  test('is live once it has a snapshot and has heard the stream', async () => {
    const map = openLiveMap(s.source, s.timers)
    expect(map.trust()).toEqual({ kind: 'connecting' })
    await s.asked[0]?.answer({ seq: 3 })
    expect(map.trust()).toEqual({ kind: 'connecting' })
    s.streams[0]?.frame('1 3 3')
    expect(map.trust()).toEqual({ kind: 'live' })
    map.close()
  })

  test('tells its listeners which seats changed', async () => {
    const map = openLiveMap(s.source, s.timers)
    const heard: unknown[] = []
    map.onSeats((changed) => heard.push(changed))
    await s.asked[0]?.answer({})
    s.streams[0]?.frame('1 0 1 4l5b')
    expect(heard).toEqual(['all', [4, 5]])
    expect(map.statusOf(5)).toBe(2)
    map.close()
  })

  test('says since when it is stale after three silent beats, and is live again with the next frame', async () => {
    const map = openLiveMap(s.source, s.timers)
    await s.asked[0]?.answer({})
    s.pass(1000)
    s.streams[0]?.frame('1 0 0')
    s.pass(6000)
    expect(map.trust()).toEqual({ kind: 'stale', sinceMs: 1000 })
    s.streams[0]?.frame('1 0 0')
    expect(map.trust()).toEqual({ kind: 'live' })
    map.close()
  })

  test('opens an ended stream again, and learns from its first frame what it missed', async () => {
    const map = openLiveMap(s.source, s.timers)
    await s.asked[0]?.answer({ seq: 2 })
    s.streams[0]?.frame('1 2 2')
    s.streams[0]?.end()
    s.pass(1000)
    expect(s.streams).toHaveLength(2)
    s.streams[1]?.frame('1 7 7')
    s.pass(400)
    expect(s.asked.at(-1)?.notBefore).toEqual({ epoch: 1, seq: 7 })
    await s.asked.at(-1)?.answer({ seq: 7 })
    expect(map.trust()).toEqual({ kind: 'live' })
    map.close()
  })

  test('has one snapshot in flight, however many frames show a gap', async () => {
    const map = openLiveMap(s.source, s.timers)
    await s.asked[0]?.answer({})
    for (const text of ['1 2 3 1b', '1 5 6 2b', '1 9 9']) s.streams[0]?.frame(text)
    s.pass(10_000)
    s.streams[0]?.frame('1 12 12')
    s.pass(10_000)
    expect(s.asked).toHaveLength(2)
    map.close()
  })

  test('is stale while snapshots fail, and keeps showing what it had', async () => {
    const map = openLiveMap(s.source, s.timers)
    await s.asked[0]?.answer({ statuses: new Uint8Array([0, 2]) })
    s.streams[0]?.frame('1 0 0')
    s.streams[0]?.frame('1 4 4')
    s.pass(400)
    await s.asked[1]?.fail()
    expect(map.trust().kind).toBe('stale')
    expect(map.statusOf(1)).toBe(2)
    map.close()
  })

  test('leaves no timer and no stream behind when it is closed', async () => {
    const map = openLiveMap(s.source, s.timers)
    await s.asked[0]?.answer({})
    s.streams[0]?.frame('1 5 5')
    map.close()
    expect(s.timersLeft()).toBe(0)
    expect(s.streams[0]?.open).toBe(false)
  })
})
