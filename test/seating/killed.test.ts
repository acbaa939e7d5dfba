import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SeatsUnavailable } from '../../src/seating/index.ts'
import { buyer, type OpenedSeating, type SeatingWorld, seatingWorld, until } from './seating-world.ts'

let world: SeatingWorld
let survivor: OpenedSeating
/** The same with locks that outlive the test. */
let patient: OpenedSeating

beforeAll(async () => {
  world = await seatingWorld()
  survivor = await world.open('survivor', { times: { lockTtlMs: 1_000 } })
  patient = await world.open('patient')
})
afterAll(() => world.close())

async function killedAt(faultPoint: string, verb: string, showId: number, lockId = ''): Promise<void> {
  const victim = fileURLToPath(new URL('./victim.ts', import.meta.url))
  const args = [victim, world.database.url, world.redis.url, faultPoint, verb, String(showId), '5', lockId]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code, signal] = await once(child, 'exit')
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' })
}

const rivalPlaces = (showId: number, key = 'rival') =>
  survivor.seating.placeLock({ showId, buyerId: buyer(1), seats: [5], areas: [], idempotencyKey: key })

const victimPlaces = (showId: number) =>
  survivor.seating.placeLock({ showId, buyerId: buyer(666), seats: [5], areas: [], idempotencyKey: 'victim' })

const letterOf5 = async (showId: number) => (await survivor.seating.readMap(showId)).statuses[5]

test('killed between ledger and claim: the seat stays locked until it expires, then anyone may have it', async () => {
  const showId = await world.show(survivor, 10)
  await survivor.seating.readMap(showId)
  await killedAt('place: between ledger and claims', 'place', showId)
  expect(await letterOf5(showId)).toBe('l')
  await expect(rivalPlaces(showId)).rejects.toBeInstanceOf(SeatsUnavailable)
  await until('the orphaned lock to expire', async () => {
    await survivor.seating.sweepShow(showId)
    return (await letterOf5(showId)) === 'a'
  })
  await rivalPlaces(showId, 'second try')
  expect(await survivor.seating.compareShow(showId)).toEqual([])
})

test('killed between ledger and claim: the buyer`s repeat with the same key gets the lock', async () => {
  const showId = await world.show(survivor, 10)
  await survivor.seating.readMap(showId)
  await killedAt('place: between ledger and claims', 'place', showId)
  const lock = await victimPlaces(showId)
  expect(lock.seats.map((seat) => seat.seatNo)).toEqual([5])
  const { rows } = await survivor.pool.query('SELECT lock_id FROM seat_claim WHERE show_id = $1', [showId])
  expect(rows).toEqual([{ lock_id: lock.lockId }])
})

test('killed between claim and ledger while giving back: the relay frees the seat', async () => {
  const showId = await world.show(survivor, 10)
  const lock = await patient.seating.placeLock({
    ...{ showId, buyerId: buyer(666), seats: [5], areas: [], idempotencyKey: 'victim' },
  })
  await killedAt('release: between claims and ledger', 'release', showId, lock.lockId)
  expect(await letterOf5(showId)).toBe('l')
  await survivor.pool.query('UPDATE outbox SET due_at = now()')
  await until('the relay to free the seat', async () => {
    await survivor.seating.relaySeatSyncs()
    return (await letterOf5(showId)) === 'a'
  })
  await rivalPlaces(showId)
  expect(await survivor.seating.compareShow(showId)).toEqual([])
})

test('killed between the ledger`s extension and the claims`: nobody else gets the seat while the ledger holds it', async () => {
  const showId = await world.show(survivor, 10)
  // Long enough for the victim to start and extend it.
  const { seating } = await world.open('placing', { times: { lockTtlMs: 4_000 } })
  const lock = await seating.placeLock({
    ...{ showId, buyerId: buyer(666), seats: [5], areas: [], idempotencyKey: 'victim' },
  })
  await killedAt('extend: between ledger and claims', 'extend', showId, lock.lockId)
  await until('the first expiry to pass', async () => Date.now() > lock.expiresAt.getTime())
  await survivor.seating.sweepShow(showId)
  await expect(rivalPlaces(showId)).rejects.toBeInstanceOf(SeatsUnavailable)
})

test.each(['rebuild: epoch raised', 'rebuild: claims read'])(
  'killed during a rebuild (%s): another process builds the ledger',
  async (point) => {
    const showId = await world.show(survivor, 10)
    await rivalPlaces(showId)
    await killedAt(point, 'rebuild', showId)
    // The fence refuses takings decided on the old ledger, so the survivor must build before it can go on.
    await patient.seating.placeLock({ showId, buyerId: buyer(2), seats: [7], areas: [], idempotencyKey: 'k' })
    expect(await patient.seating.compareShow(showId)).toEqual([])
  },
)
