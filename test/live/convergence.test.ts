import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ShowFeed } from '../../src/live/show-feed.ts'
import { Watcher } from '../../src/live/watcher.ts'
import type { SeatFrame, StatusLetter } from '../../src/seating/index.ts'
import { ModelViewer } from './model-viewer.ts'

const seatCount = 8

const noDesk = { leave() {}, share: () => null, readAlone: () => false }

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

/** The source: a ledger that numbers its changes, and sometimes is rebuilt under a higher epoch. */
class Source {
  epoch = 1
  seq = 0
  letters: StatusLetter[] = Array.from({ length: seatCount }, () => 'a')

  change(seats: number[], letter: StatusLetter): SeatFrame {
    const after = this.seq
    this.seq += 1
    for (const seat of seats) this.letters[seat] = letter
    return { epoch: this.epoch, after, seq: this.seq, changes: new Map(seats.map((seat) => [seat, letter])) }
  }

  rebuild(letters: StatusLetter[]): SeatFrame {
    this.epoch += 1
    this.seq = 0
    this.letters = letters
    return { epoch: this.epoch, after: 0, seq: 0, changes: new Map() }
  }

  get map(): string {
    return this.letters.join('')
  }
}

const letter = fc.constantFrom<StatusLetter>('a', 'l', 'b', 'n')
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      seats: fc.uniqueArray(fc.nat(seatCount - 1), { minLength: 1, maxLength: 3 }),
      letter,
      lost: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('rebuild' as const),
      letters: fc.array(letter, { minLength: seatCount, maxLength: seatCount }),
      lost: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pull' as const), viewer: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('heartbeat' as const) }) },
)

test('whatever is lost, merged, slow or rebuilt, one heartbeat later every map equals the source', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const source = new Source()
      const feed = new ShowFeed()
      const viewers = Array.from({ length: 3 }, () => {
        const watcher = new Watcher(noDesk)
        feed.watchers.add(watcher)
        const viewer = new ModelViewer(() => ({ epoch: source.epoch, seq: source.seq, statuses: source.map }))
        viewer.resync()
        return { watcher, viewer, asks: false }
      })
      // A reader asks once and reads what comes; one that does not ask leaves the hub to merge.
      const pull = (reader: (typeof viewers)[number]) => {
        if (reader.asks) return
        reader.asks = true
        void reader.watcher.next().then(({ value }) => {
          reader.asks = false
          if (value) reader.viewer.receive(value)
        })
      }
      const heartbeat = () => {
        if (feed.isBehind(source)) feed.hear(source)
        else feed.heartbeat()
      }
      feed.hear(source)
      for (const each of steps) {
        if (each.do === 'change') {
          const frame = source.change(each.seats, each.letter)
          if (!each.lost) feed.receive(frame)
        } else if (each.do === 'rebuild') {
          const frame = source.rebuild(each.letters)
          if (!each.lost) feed.receive(frame)
        } else if (each.do === 'tick') feed.flush()
        else if (each.do === 'heartbeat') heartbeat()
        else pull(viewers[each.viewer] as (typeof viewers)[number])
        await Promise.resolve()
      }
      // Calm: one heartbeat, one tick, and everyone reads what waits.
      heartbeat()
      feed.flush()
      for (const each of viewers) {
        pull(each)
        await settled()
        pull(each)
        await settled()
        expect(each.viewer.map).toBe(source.map)
      }
    }),
    { numRuns: 500 },
  )
})

test('a watcher that leaves settles its pending next() and leaves nothing behind', async () => {
  const left: Watcher[] = []
  const watcher = new Watcher({ ...noDesk, leave: (gone) => void left.push(gone) })
  const pending = watcher.next()
  await watcher.return()
  expect(await pending).toEqual({ value: undefined, done: true })
  expect(left).toEqual([watcher])
  await watcher.return()
  expect(left).toHaveLength(1)
  expect(await watcher.next()).toEqual({ value: undefined, done: true })
})
