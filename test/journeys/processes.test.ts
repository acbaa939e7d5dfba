/** Several API processes behind one port, started by one command. */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { guest, subscribe } from '../world/buyer.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld } from '../world/rowlock.ts'
import { type Hall, openHall } from './hall.ts'
import {
  type BookingAnswer,
  createBooking,
  type FrameMessage,
  type LockAnswer,
  lockSeats,
  watchSeats,
} from './operations.ts'

let world: RowlockWorld
let api: ApiProcess
let hall: Hall

beforeAll(async () => {
  world = await rowlockWorld()
  api = await world.api({ ROWLOCK_PROCESSES: '3' })
  hall = await openHall(world.database.url, 40)
})
afterAll(() => world.close())

/** Children of a process, by the system's own account. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        return Number(parent) === pid && state !== 'Z'
      } catch {
        return false
      }
    })
    .map(Number)
}

async function buy(seat: number) {
  const buyer = await guest(api.url)
  const { lockSeats: locked } = await buyer.ask<LockAnswer>(lockSeats, {
    ...{ showId: hall.showId, seats: [`A-${seat}`], key: 'lock' },
  })
  return buyer.ask<BookingAnswer>(createBooking, { lockId: locked.lock?.id, method: 'tok_ok', key: 'pay' })
}

async function counted(name: string): Promise<number> {
  const page = await (await fetch(`${api.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(page)?.[1])
}

test.skipIf(process.platform !== 'linux')(
  'they sell together, count together, and one that dies is replaced',
  async () => {
    const viewer = subscribe<FrameMessage>(api.url, watchSeats, { showId: hall.showId })
    await viewer.until((frames) => frames.length > 0)
    const bought = await Promise.all(Array.from({ length: 20 }, (_, index) => buy(index + 1)))
    for (const { createBooking: booked } of bought) expect(booked.booking?.state).toBe('CONFIRMED')
    const booked = () =>
      viewer.received.flatMap((frame) => frame.seatStatusChanged.changes.match(/\d+b/g) ?? [])
    await viewer.until(() => new Set(booked()).size === 20)
    await viewer.close()
    // Any of them tells of all.
    for (let asked = 0; asked < 4; asked++) expect(await counted('rowlock_bookings_confirmed_total')).toBe(20)

    const before = childrenOf(api.pid)
    expect(before).toHaveLength(3)
    process.kill(before[0] ?? 0, 'SIGKILL')
    await vi.waitFor(
      () => expect(childrenOf(api.pid).filter((pid) => !before.includes(pid))).toHaveLength(1),
      {
        timeout: 30_000,
      },
    )
    expect((await buy(30)).createBooking.booking?.state).toBe('CONFIRMED')
  },
)

test.skipIf(process.platform !== 'linux')(
  'one signal closes all of them; a first process that is killed takes the others along',
  async () => {
    const closed = await world.api({ ROWLOCK_PROCESSES: '2' })
    const workers = childrenOf(closed.pid)
    expect(workers).toHaveLength(2)
    expect(await closed.stop()).toBe(0)
    const gone = (pids: number[]) =>
      vi.waitFor(
        () => expect(pids.filter((pid) => childrenOf(1).includes(pid) || isAlive(pid))).toEqual([]),
        {
          timeout: 30_000,
        },
      )
    await gone(workers)
    const killed = await world.api({ ROWLOCK_PROCESSES: '2' })
    const orphans = childrenOf(killed.pid)
    await killed.kill()
    await gone(orphans)
  },
)

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

test('a process that cannot start ends the command with what it said', async () => {
  await expect(
    world.api({ ROWLOCK_PROCESSES: '2', DEV_ISSUER: 'on', JWKS_URL: 'https://x.example', TOKEN_ISSUER: 'x' }),
  ).rejects.toThrow('contradict each other')
})
