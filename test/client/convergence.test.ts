import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openLiveMap, type Position, type Snapshot } from '../../client/src/index.ts'
import type { SeatFrame } from '../../client/src/seat-frame.ts'
import { pack, stage } from './stage.ts'

const seatCount = 8
const letters = 'albn'

/** A ledger that remembers every map it ever had, and can say any stretch of its history as one frame. */
class Show {
  epoch = 1
  seq = 0
  codes = new Uint8Array(seatCount)
  readonly history: Snapshot[] = []
  #changes: [seat: number, code: number][] = []

  constructor() {
    this.#record()
  }

  change(seat: number, code: number): void {
    this.codes[seat] = code
    this.#changes.push([seat, code])
    this.seq++
    this.#record()
  }

  rebuild(codes: number[]): void {
    this.epoch++
    this.seq = 0
    this.codes = Uint8Array.from(codes)
    this.#changes = []
    this.#record()
  }

  /** The last `span` changes. */
  frame(span: number): SeatFrame {
    const after = Math.max(0, this.seq - span)
    const last = new Map(this.#changes.slice(after))
    const changes = Array.from(last, ([seat, code]) => `${seat}${letters[code]}`).join('')
    return { epoch: this.epoch, after, seq: this.seq, changes }
  }

  heartbeat(): SeatFrame {
    return { epoch: this.epoch, after: this.seq, seq: this.seq, changes: '' }
  }

  #record(): void {
    this.history.push({ epoch: this.epoch, seq: this.seq, statuses: pack(this.codes), stale: false })
  }
}

const seat = fc.nat(seatCount - 1)
const code = fc.nat(3)
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      seat,
      code,
      span: fc.integer({ min: 1, max: 4 }),
      atOnce: fc.boolean(),
    }),
  },
  // What was said waits on the way, and arrives in any order, more than once, or never.
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), which: fc.nat(), keep: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('heartbeat' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('rebuild' as const),
      codes: fc.array(code, { minLength: seatCount, maxLength: seatCount }),
    }),
  },
  // A snapshot may come from a cache on the way, however old, and fail, and hang.
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), age: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('claims' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(8_000) }) },
)

test('whatever is dropped, repeated, reordered, merged, cut or rebuilt: calm brings every map to the ledger’s', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 80, size: 'max' }),
      fc.infiniteStream(fc.nat(999)),
      async (steps, dice) => {
        const show = new Show()
        const s = stage(() => dice.next().value / 1000)
        const map = openLiveMap(s.options)
        // What a page draws: it looks again only at the seats that it was told of.
        let drawn: number[] = []
        map.onSeats((changed) => {
          const all = map.statuses() ?? new Uint8Array()
          if (changed === 'all') drawn = [...all]
          else for (const seatNo of changed) drawn[seatNo] = all[seatNo] as number
        })
        const onTheWay: SeatFrame[] = []
        let reached: Position = { epoch: -1, seq: -1 }

        const question = () => s.asked.find(({ open }) => open)
        const stream = () => s.streams.find(({ open }) => open)
        const watchInvariants = () => {
          expect(s.asked.filter(({ open }) => open).length).toBeLessThanOrEqual(1)
          expect(s.streams.filter(({ open }) => open).length).toBeLessThanOrEqual(1)
          const now = map.position() ?? reached
          expect(now.epoch - reached.epoch || now.seq - reached.seq).toBeGreaterThanOrEqual(0)
          reached = now
          expect(drawn).toEqual([...(map.statuses() ?? [])])
        }

        for (const each of steps) {
          if (each.do === 'change') {
            show.change(each.seat, each.code)
            if (each.atOnce) stream()?.frame(show.frame(each.span))
            else onTheWay.push(show.frame(each.span))
          } else if (each.do === 'deliver') {
            const at = each.which % Math.max(1, onTheWay.length)
            const frame = onTheWay[at]
            if (frame && !each.keep) onTheWay.splice(at, 1)
            if (frame) stream()?.frame(frame)
          } else if (each.do === 'lose') onTheWay.splice(each.which % Math.max(1, onTheWay.length), 1)
          else if (each.do === 'heartbeat') onTheWay.push(show.heartbeat())
          else if (each.do === 'rebuild') show.rebuild(each.codes)
          else if (each.do === 'answer') {
            await question()?.answer(show.history.at(-1 - (each.age % show.history.length)) as Snapshot)
          } else if (each.do === 'fail') await question()?.fail()
          else if (each.do === 'claims') {
            await question()?.answer({ epoch: show.epoch, seq: 0, statuses: pack(show.codes), stale: true })
          } else if (each.do === 'cut') stream()?.end()
          else s.pass(each.ms)
          watchInvariants()
        }

        // Calm: heartbeats come, snapshots are answered.
        for (let beats = 0; beats < 20; beats++) {
          stream()?.frame(show.heartbeat())
          s.pass(2_000)
          await question()?.answer(show.history.at(-1) as Snapshot)
          watchInvariants()
        }
        stream()?.frame(show.heartbeat())
        expect(map.position()).toEqual({ epoch: show.epoch, seq: show.seq })
        expect([...(map.statuses() ?? [])]).toEqual([...show.codes])
        expect(map.state()).toEqual({ kind: 'live' })
        map.close()
        expect(s.timersLeft()).toBe(0)
      },
    ),
    { numRuns: 400 },
  )
})
