/** What every adapter keeps, on a real server. */
import { createClient } from 'graphql-ws'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { openSocket, type Problem, type SeatFrame } from '../../client/src/index.ts'
import { type Hall, openHall } from '../journeys/hall.ts'
import { type LockAnswer, lockSeats } from '../journeys/operations.ts'
import { guest } from '../world/buyer.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld } from '../world/rowlock.ts'
import { libraries } from './viewers.ts'
import { layWire } from './wire.ts'

let world: RowlockWorld
let api: ApiProcess
let wire: Awaited<ReturnType<typeof layWire>>
let hall: Hall

beforeAll(async () => {
  world = await rowlockWorld()
  api = await world.api()
  wire = await layWire(api.url)
  hall = await openHall(world.database.url, 40)
})
afterAll(async () => {
  await wire?.close()
  await world?.close()
})

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

let seat = 0
async function lockNextSeat(): Promise<string> {
  const buyer = await guest(api.url)
  seat++
  await buyer.ask<LockAnswer>(lockSeats, { showId: hall.showId, seats: [`A-${seat}`], key: 'lock' })
  // Seats are numbered in the order of the plan, from 0.
  return `${seat - 1}l`
}

describe.each(Object.entries(libraries))('%s', (_name, library) => {
  function watch(showId: string) {
    const socket = openSocket(createClient, { url: `${wire.url.replace('http', 'ws')}/graphql` })
    const frames: SeatFrame[] = []
    const ends: Problem[] = []
    const stop = library(socket).watch(
      showId,
      (frame) => frames.push(frame),
      (problem) => ends.push(problem),
    )
    closers.push(stop, () => socket.terminate())
    return { frames, ends, stop }
  }

  test('begins with where the map stands, and hands on every change', async () => {
    const { frames, ends } = watch(hall.showId)
    await vi.waitFor(() => expect(frames).not.toEqual([]), { timeout: 5_000 })
    expect(frames[0]).toMatchObject({ after: frames[0]?.seq, changes: '' })
    const change = await lockNextSeat()
    await vi.waitFor(() => expect(frames.map(({ changes }) => changes)).toContain(change), { timeout: 5_000 })
    expect(ends).toEqual([])
  })

  test('says once and in the server’s words why there is nothing to watch', async () => {
    const { frames, ends } = watch(Buffer.from('Show:999999').toString('base64'))
    await vi.waitFor(() => expect(ends).not.toEqual([]), { timeout: 5_000 })
    expect([frames, ends]).toEqual([
      [],
      [{ code: 'SHOW_NOT_FOUND', message: expect.any(String), retryAfterMs: null }],
    ])
  })

  test('says once that the connection was cut', async () => {
    const { frames, ends } = watch(hall.showId)
    await vi.waitFor(() => expect(frames).not.toEqual([]), { timeout: 5_000 })
    wire.cut()
    await vi.waitFor(() => expect(ends).toHaveLength(1), { timeout: 5_000 })
  })

  test('says nothing more after it was stopped', async () => {
    const { frames, ends, stop } = watch(hall.showId)
    await vi.waitFor(() => expect(frames).not.toEqual([]), { timeout: 5_000 })
    stop()
    const before = frames.length
    const other = watch(hall.showId)
    await vi.waitFor(() => expect(other.frames).not.toEqual([]), { timeout: 5_000 })
    await lockNextSeat()
    await vi.waitFor(() => expect(other.frames.length).toBeGreaterThan(1), { timeout: 5_000 })
    expect([frames.length, ends]).toEqual([before, []])
  })

  test('can be opened again after an end', async () => {
    const socket = openSocket(createClient, { url: `${wire.url.replace('http', 'ws')}/graphql` })
    closers.push(() => socket.terminate())
    const stream = library(socket)
    for (let round = 0; round < 3; round++) {
      const ends: Problem[] = []
      const frames: SeatFrame[] = []
      const stop = stream.watch(
        hall.showId,
        (frame) => frames.push(frame),
        (problem) => ends.push(problem),
      )
      closers.push(stop)
      await vi.waitFor(() => expect(frames).not.toEqual([]), { timeout: 5_000 })
      wire.cut()
      await vi.waitFor(() => expect(ends).toHaveLength(1), { timeout: 5_000 })
    }
  })
})
