import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyLiveMap, type LiveMapState, stepLiveMap } from '../../web/src/live-map/live-map-state.ts'
import { parseChanges, type SeatCode, type SeatFrame } from '../../web/src/live-map/seat-frame.ts'
import { type Snapshot, unpackStatuses } from '../../web/src/live-map/snapshot.ts'

const seats = 12

function snapshotAt(seq: number, epoch = 1, statuses = new Uint8Array(seats)): Snapshot {
  return { epoch, seq, statuses, stale: false }
}

function frame(after: number, seq: number, changes = '', epoch = 1): SeatFrame {
  return { epoch, after, seq, changes: parseChanges(changes) }
}

function at(seq: number, epoch = 1): LiveMapState {
  return { ...emptyLiveMap, map: snapshotAt(seq, epoch) }
}

const take = (state: LiveMapState, f: SeatFrame) => stepLiveMap(state, { type: 'frame', frame: f })
const answer = (state: LiveMapState, snapshot: Snapshot) => stepLiveMap(state, { type: 'snapshot', snapshot })

describe('a viewer at a position', () => {
  test('drops a frame it already knows', () => {
    const step = take(at(5), frame(3, 5, '1b'))
    expect(step.state.map?.statuses[1]).toBe(0)
    expect(step.effects).toEqual([])
  })

  test('applies a frame that follows or overlaps, and names the seats that changed', () => {
    const step = take(at(5), frame(2, 8, '1b3l4a'))
    expect(step.state.map).toMatchObject({ seq: 8 })
    expect([...(step.state.map?.statuses ?? [])].slice(0, 5)).toEqual([0, 2, 0, 1, 0])
    expect(step.changed).toEqual([1, 3])
  })

  test('never changes a map in place', () => {
    const before = at(5)
    take(before, frame(5, 6, '1b'))
    expect(before.map?.statuses[1]).toBe(0)
  })

  test('asks for a snapshot after a gap, after a delay with jitter, and only once', () => {
    const first = take(at(5), frame(6, 7, '1b'))
    expect(first.effects).toEqual([{ type: 'scheduleSnapshot', attempt: 0 }])
    const second = take(first.state, frame(9, 10, '2b'))
    expect(second.effects).toEqual([])
    const due = stepLiveMap(second.state, { type: 'snapshotDue' })
    expect(due.effects).toEqual([{ type: 'fetchSnapshot', notBefore: { epoch: 1, seq: 9 } }])
    expect(take(due.state, frame(20, 21)).effects).toEqual([])
  })

  test('asks for a snapshot when the epoch is higher, even if the numbers connect', () => {
    const step = take(at(5), frame(5, 6, '1b', 2))
    expect(step.state.map).toMatchObject({ epoch: 1, seq: 5 })
    expect(step.effects).toEqual([{ type: 'scheduleSnapshot', attempt: 0 }])
  })

  test('drops a frame of an older epoch', () => {
    const step = take(at(5, 2), frame(5, 6, '1b', 1))
    expect(step.effects).toEqual([])
    expect(step.state.map?.statuses[1]).toBe(0)
  })

  test('a heartbeat that is ahead shows a lost frame', () => {
    expect(take(at(5), frame(6, 6)).effects).toHaveLength(1)
    expect(take(at(5), frame(5, 5)).effects).toHaveLength(0)
  })

  test('calls the snapshot off when a wider frame closes the gap first', () => {
    const gap = take(at(5), frame(6, 7, '1b'))
    const healed = take(gap.state, frame(5, 6, '2b'))
    expect(healed.state.map).toMatchObject({ seq: 7 })
    expect(healed.state.resync).toEqual({ kind: 'none' })
    expect(healed.effects).toEqual([{ type: 'cancelSnapshot' }])
    expect(healed.changed).toEqual([2, 1])
  })
})

describe('a viewer waiting for a snapshot', () => {
  const opened = stepLiveMap(emptyLiveMap, { type: 'opened' })

  test('fetches the first one at once', () => {
    expect(opened.effects).toEqual([{ type: 'fetchSnapshot', notBefore: null }])
  })

  test('keeps what arrives meanwhile and applies it to the snapshot', () => {
    const waiting = take(take(opened.state, frame(4, 5, '1l')).state, frame(5, 6, '2b'))
    const step = answer(waiting.state, snapshotAt(4))
    expect(step.state.map).toMatchObject({ seq: 6 })
    expect(step.state.map?.statuses.slice(0, 3)).toEqual(new Uint8Array([0, 1, 2]))
    expect(step.changed).toBe('all')
    expect(step.state.resync).toEqual({ kind: 'none' })
  })

  test('asks again, later, when the snapshot is too old for what arrived meanwhile', () => {
    const waiting = take(opened.state, frame(9, 10, '1l'))
    const step = answer(waiting.state, snapshotAt(4))
    expect(step.state.map).toMatchObject({ seq: 4 })
    expect(step.effects).toEqual([{ type: 'scheduleSnapshot', attempt: 1 }])
    const due = stepLiveMap(step.state, { type: 'snapshotDue' })
    expect(due.effects).toEqual([{ type: 'fetchSnapshot', notBefore: { epoch: 1, seq: 9 } }])
  })

  test('never goes back to an older snapshot', () => {
    const waiting = stepLiveMap(take(at(5), frame(6, 7)).state, { type: 'snapshotDue' })
    const step = answer(waiting.state, snapshotAt(3))
    expect(step.state.map).toMatchObject({ seq: 5 })
    expect(step.effects).toEqual([{ type: 'scheduleSnapshot', attempt: 1 }])
    const olderEpoch = answer({ ...waiting.state, map: snapshotAt(1, 2) }, snapshotAt(900, 1))
    expect(olderEpoch.state.map).toMatchObject({ epoch: 2, seq: 1 })
  })

  test('repeats a failed request with a growing delay', () => {
    const failed = stepLiveMap(opened.state, { type: 'snapshotFailed' })
    expect(failed.effects).toEqual([{ type: 'scheduleSnapshot', attempt: 1 }])
    const again = stepLiveMap(failed.state, { type: 'snapshotDue' })
    expect(stepLiveMap(again.state, { type: 'snapshotFailed' }).effects).toEqual([
      { type: 'scheduleSnapshot', attempt: 2 },
    ])
  })
})

test('the packed map is read two bits a seat, the first seat in the lowest bits', () => {
  const packed = btoa(String.fromCharCode(0b11100100, 0b00000001))
  expect([...unpackStatuses(packed)].slice(0, 5)).toEqual([0, 1, 2, 3, 1])
})

/**
 * The ledger writes; the stream conflates, loses, repeats and reorders; the ledger is rebuilt now and then.
 * Whatever happens, a viewer that is given snapshots when it asks and one last heartbeat ends at the truth.
 */
test('a viewer converges whatever the stream does', () => {
  const write = fc.record({ seat: fc.nat(seats - 1), code: fc.nat(3), fate: fc.nat(9), rebuilt: fc.nat(19) })
  fc.assert(
    fc.property(fc.array(write, { maxLength: 60 }), fc.infiniteStream(fc.nat(3)), (writes, dice) => {
      const truth = new Uint8Array(seats)
      const history: Snapshot[] = []
      const sent: SeatFrame[] = []
      let epoch = 1
      let seq = 0
      let state = stepLiveMap(emptyLiveMap, { type: 'opened' }).state
      let wanted: { epoch: number; seq: number } | null | undefined = null

      const feed = (event: Parameters<typeof stepLiveMap>[1]) => {
        const step = stepLiveMap(state, event)
        state = step.state
        for (const effect of step.effects) if (effect.type === 'fetchSnapshot') wanted = effect.notBefore
      }
      const record = () => history.push(snapshotAt(seq, epoch, truth.slice()))
      const serve = () => {
        feed({ type: 'snapshotDue' })
        if (wanted === undefined) return
        const notBefore = wanted
        wanted = undefined
        const good = history.filter(
          (h) =>
            !notBefore ||
            h.epoch > notBefore.epoch ||
            (h.epoch === notBefore.epoch && h.seq >= notBefore.seq),
        )
        const chosen = good[dice.next().value % Math.max(1, good.length)]
        feed(chosen ? { type: 'snapshot', snapshot: chosen } : { type: 'snapshotFailed' })
      }

      record()
      for (const { seat, code, fate, rebuilt } of writes) {
        if (rebuilt === 0) {
          epoch++
          seq = 0
        } else {
          truth[seat] = code
          seq++
          record()
          const after = Math.max(0, seq - 1 - (fate % 3))
          const next = { epoch, after, seq, changes: lastStatuses(history, epoch, after, truth) }
          sent.push(next)
          if (fate < 7) feed({ type: 'frame', frame: next })
          const old = sent[dice.next().value % sent.length]
          if (fate === 8 && old) feed({ type: 'frame', frame: old })
        }
        record()
        if (dice.next().value === 0) serve()
      }
      feed({ type: 'frame', frame: { epoch, after: seq, seq, changes: new Map() } })
      for (let i = 0; i < 4 && state.resync.kind !== 'none'; i++) serve()
      while (state.map && (state.map.epoch < epoch || state.map.seq < seq)) {
        feed({ type: 'frame', frame: { epoch, after: seq, seq, changes: new Map() } })
        serve()
      }
      expect(state.map).toMatchObject({ epoch, seq })
      expect([...(state.map?.statuses ?? [])]).toEqual([...truth])
    }),
    { numRuns: 300 },
  )
})

/** Every seat that changed in `(after, now]`, with its present status. */
function lastStatuses(
  history: Snapshot[],
  epoch: number,
  after: number,
  truth: Uint8Array,
): Map<number, SeatCode> {
  const changes = new Map<number, SeatCode>()
  const span = history.filter((h) => h.epoch === epoch && h.seq >= after)
  for (let seatNo = 0; seatNo < truth.length; seatNo++) {
    const now = truth[seatNo] as SeatCode
    if (span.some((h) => h.statuses[seatNo] !== now)) changes.set(seatNo, now)
  }
  return changes
}
