import { describe, expect, test } from 'vitest'
import { clientLimits } from '../../client/src/limits.ts'
import { MapState } from '../../client/src/map-state.ts'
import { frameOf, pack } from './stage.ts'

const empty = pack(new Uint8Array(12))

/** A viewer that has its first map. */
function at(seq: number, epoch = 1, statuses = empty): MapState {
  const map = new MapState()
  map.opened()
  map.snapshotDue()
  map.snapshot({ epoch, seq, statuses, stale: false })
  return map
}

const take = (map: MapState, text: string) => map.frame(frameOf(text))
const answer = (map: MapState, seq: number, epoch = 1) =>
  map.snapshot({ epoch, seq, statuses: empty, stale: false })
const nothing = { do: 'nothing' }

describe('a viewer at a position', () => {
  test('drops a frame that it knows already', () => {
    const map = at(5)
    expect(take(map, '1 3 5 1b')).toEqual({ errand: nothing, changed: [] })
    expect(map.statuses?.[1]).toBe(0)
  })

  test('applies a frame that follows or overlaps, and names the seats that changed', () => {
    const map = at(5)
    expect(take(map, '1 2 8 1b3l4a').changed).toEqual([1, 3])
    expect(map.position).toEqual({ epoch: 1, seq: 8 })
    expect([...(map.statuses ?? [])].slice(0, 5)).toEqual([0, 2, 0, 1, 0])
  })

  test('asks for a snapshot after a gap, once however many frames show it', () => {
    const map = at(5)
    expect(take(map, '1 6 7 1b').errand).toEqual({ do: 'wait', attempt: 0 })
    expect(take(map, '1 9 10 2b').errand).toEqual(nothing)
    expect(map.snapshotDue().errand).toEqual({ do: 'fetch', notBefore: { epoch: 1, seq: 9 } })
    expect(take(map, '1 20 21').errand).toEqual(nothing)
    expect(map.isBehind).toBe(true)
  })

  test('asks for a snapshot when the epoch is higher, even if the numbers connect', () => {
    const map = at(5)
    expect(take(map, '2 5 6 1b').errand).toEqual({ do: 'wait', attempt: 0 })
    expect(map.position).toEqual({ epoch: 1, seq: 5 })
  })

  test('drops a frame of an older epoch', () => {
    const map = at(5, 2)
    expect(take(map, '1 5 6 1b').errand).toEqual(nothing)
    expect(map.statuses?.[1]).toBe(0)
  })

  test('learns from a heartbeat that is ahead that the last frame was lost', () => {
    expect(take(at(5), '1 6 6').errand).toEqual({ do: 'wait', attempt: 0 })
    expect(take(at(5), '1 5 5').errand).toEqual(nothing)
  })

  test('calls the snapshot off when a wider frame closes the gap first', () => {
    const map = at(5)
    take(map, '1 6 7 1b')
    const healed = take(map, '1 5 6 2b')
    expect(healed).toEqual({ errand: { do: 'callOff' }, changed: [2, 1] })
    expect(map.position).toEqual({ epoch: 1, seq: 7 })
    expect(map.isBehind).toBe(false)
  })

  test('takes a snapshot when a frame cannot be read or names a seat that the map does not have', () => {
    for (const changes of ['1b?', '1b500l', 'b', '7']) {
      const map = at(5)
      expect(take(map, `1 5 6 ${changes}`).errand).toEqual({ do: 'wait', attempt: 0 })
      map.snapshotDue()
      answer(map, 6)
      expect(map.position).toEqual({ epoch: 1, seq: 6 })
      expect(map.isBehind).toBe(false)
    }
  })
})

describe('a viewer waiting for a snapshot', () => {
  const opened = () => {
    const map = new MapState()
    map.opened()
    return map
  }

  test('takes the first one as soon as the stream says where it stands', () => {
    expect(take(opened(), '1 4 4').errand).toEqual({ do: 'fetch', notBefore: { epoch: 1, seq: 4 } })
  })

  test('takes the first one without the stream when that is slow', () => {
    expect(opened().snapshotDue().errand).toEqual({ do: 'fetch', notBefore: null })
  })

  test('keeps what arrives meanwhile and applies it to the snapshot', () => {
    const map = opened()
    for (const text of ['1 4 5 1l', '1 5 6 2b']) take(map, text)
    expect(answer(map, 4)).toEqual({ errand: nothing, changed: 'all' })
    expect(map.position).toEqual({ epoch: 1, seq: 6 })
    expect(map.statuses?.slice(0, 3)).toEqual(new Uint8Array([0, 1, 2]))
  })

  test('asks again, later, when the snapshot is too old for what arrived meanwhile', () => {
    const map = opened()
    take(map, '1 9 10 1l')
    expect(answer(map, 4).errand).toEqual({ do: 'wait', attempt: 1 })
    expect(map.position).toEqual({ epoch: 1, seq: 4 })
    expect(map.snapshotDue().errand).toEqual({ do: 'fetch', notBefore: { epoch: 1, seq: 9 } })
  })

  test('never goes back to an older snapshot', () => {
    const map = at(5)
    take(map, '1 6 7')
    map.snapshotDue()
    expect(answer(map, 3).errand).toEqual({ do: 'wait', attempt: 1 })
    expect(map.position).toEqual({ epoch: 1, seq: 5 })
    const newer = at(1, 2)
    take(newer, '2 3 3')
    newer.snapshotDue()
    answer(newer, 900, 1)
    expect(newer.position).toEqual({ epoch: 2, seq: 1 })
  })

  test('waits longer with each failure', () => {
    const map = opened()
    for (const attempt of [1, 2, 3]) {
      map.snapshotDue()
      expect(map.snapshotFailed().errand).toEqual({ do: 'wait', attempt })
    }
  })

  test('keeps no more of a long wait than the bound, and converges all the same', () => {
    const map = opened()
    map.snapshotDue()
    const long = '1l'.repeat(clientLimits.pendingCharsMax / 4)
    for (let seq = 1; seq <= 5; seq++) take(map, `1 ${seq - 1} ${seq} ${long}`)
    expect(answer(map, 0).errand).toEqual({ do: 'wait', attempt: 1 })
    expect(map.snapshotDue().errand).toMatchObject({ do: 'fetch', notBefore: { epoch: 1 } })
    answer(map, 5)
    expect(map.position).toEqual({ epoch: 1, seq: 5 })
    expect(map.isBehind).toBe(false)
  })

  test('names after a later snapshot only the seats that it changed', () => {
    const map = at(5, 1, pack([0, 1, 2, 3]))
    take(map, '1 7 7')
    map.snapshotDue()
    const step = map.snapshot({ epoch: 1, seq: 7, statuses: pack([0, 2, 2, 0]), stale: false })
    expect(step.changed).toEqual([1, 3])
  })
})

describe('a map that was read from the claims', () => {
  const claims = (epoch: number) => ({ epoch, seq: 0, statuses: pack([2, 0, 0, 0]), stale: true })

  test('is replaced as soon as a frame shows that the ledger is back, even where nothing had changed', () => {
    const map = new MapState()
    map.opened()
    map.snapshotDue()
    map.snapshot(claims(1))
    expect(map.isFromClaims).toBe(true)
    expect(take(map, '1 0 0').errand).toEqual({ do: 'wait', attempt: 0 })
    map.snapshotDue()
    answer(map, 0)
    expect(map.isFromClaims).toBe(false)
    expect(map.isBehind).toBe(false)
  })

  test('never replaces a map of the same epoch, which knows more', () => {
    const map = at(5)
    take(map, '1 7 7')
    map.snapshotDue()
    expect(map.snapshot(claims(1)).errand).toEqual({ do: 'wait', attempt: 1 })
    expect(map.isFromClaims).toBe(false)
    expect(map.statuses?.[0]).toBe(0)
  })
})
