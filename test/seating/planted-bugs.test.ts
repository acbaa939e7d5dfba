/**
 * Each guard of the protocol is taken out, and the attack that the guard is for must notice: a test that cannot fail
 * proves nothing. The bugs live in this test's database or in this file, never in the product.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/platform/transaction.ts'
import { freeClaims, recordSeatSync } from '../../src/seating/index.ts'
import { buyer, gate, type OpenedSeating, type SeatingWorld, seatingWorld } from './seating-world.ts'

let world: SeatingWorld
let one: OpenedSeating
let showId: number

beforeEach(async () => {
  world = await seatingWorld()
  one = await world.open('one')
  showId = await world.show(one, 10)
  await one.seating.readMap(showId)
})
afterEach(() => world.close())

/** Rewrites the SQL function of the batch in this test's database. */
async function plant(from: string | RegExp, to: string): Promise<void> {
  const { rows } = await one.pool.query(`SELECT pg_get_functiondef('take_claims'::regproc) AS source`)
  const source: string = rows[0].source
  const bugged = source.replace(from, to)
  expect(bugged).not.toBe(source)
  await one.pool.query(bugged)
}

const request = (n: number, seats: number[]) => ({
  ...{ showId, buyerId: buyer(n), seats, areas: [], idempotencyKey: 'k' },
})

describe('the fence', () => {
  /** A taking is decided, the ledger is rebuilt without it, and only then its claim is written. */
  async function attack() {
    const pause = gate('place: between ledger and claims')
    const slow = await world.open('slow', { faultPoint: pause.faultPoint })
    const lock = slow.seating.placeLock(request(1, [5]))
    await pause.arrived
    await one.seating.rebuild(showId)
    pause.open()
    await lock
    return await one.seating.compareShow(showId)
  }

  test('makes ledger and claims agree after a rebuild met a taking in flight', async () => {
    expect(await attack()).toEqual([])
  })

  test('taken out, is missed: the map shows a seat free that is claimed', async () => {
    await plant(/WHEN \(?l\.epoch <> m\.epoch\)? THEN 'stale'(::text)?/, '')
    expect(await attack()).toMatchObject([{ seatNo: 5, ledger: { letter: 'a' }, claims: { letter: 'l' } }])
  })
})

describe('the ownership guard of the claim', () => {
  /** Redis forgets a lock, as a failover does, and a rival asks for its seat. Returns who was told "it is yours". */
  async function attack() {
    const told: string[] = []
    const first = await one.seating.placeLock(request(1, [5]))
    told.push(first.buyerId)
    await one.redis.setrange(`test:{${showId}}:statuses`, 5, 'a')
    await one.redis.hdel(`test:{${showId}}:holders`, '5')
    await one.seating.placeLock(request(2, [5])).then(
      (lock) => told.push(lock.buyerId),
      () => {},
    )
    return told
  }

  test('keeps a seat with its first owner', async () => {
    expect(await attack()).toEqual([buyer(1)])
  })

  test('taken out, is missed: two buyers are told that the seat is theirs', async () => {
    await plant(
      /WHERE old\.state = 'locked'(::claim_state)?\s+AND \(old\.lock_id = .*?\)\s*RETURNING/s,
      'RETURNING',
    )
    expect(await attack()).toEqual([buyer(1), buyer(2)])
  })
})

describe('the order of giving back, claim first', () => {
  type Release = (lockId: string, between: () => Promise<unknown>) => Promise<unknown>

  /** A rival asks for a seat in the middle of its release. Returns how often the claims contradicted the ledger. */
  async function attack(release: Release) {
    const lock = await one.seating.placeLock(request(1, [5]))
    const rival = () => one.seating.placeLock(request(2, [5])).catch(() => {})
    await release(lock.lockId, rival)
    return { contradictions: one.claimConflicts(), differences: await one.seating.compareShow(showId) }
  }

  const claimFirst: Release = async (lockId, between) => {
    const pause = gate('release: between claims and ledger')
    const releasing = await world.open('releasing', { faultPoint: pause.faultPoint })
    const released = releasing.seating.releaseLock({ showId, buyerId: buyer(1), lockId })
    await pause.arrived
    await between()
    pause.open()
    await released
  }

  const ledgerFirst: Release = async (lockId, between) => {
    const base = `test:{${showId}}`
    await one.redis.setrange(`${base}:statuses`, 5, 'a')
    await one.redis.hdel(`${base}:holders`, '5')
    await between()
    await inTransaction(one.pool, async (tx) => {
      await freeClaims(tx, { showId, lockId, seats: [5] })
      await recordSeatSync(tx, { showId, lockId, seats: [5] })
    })
  }

  test('never gives a seat in the ledger that the claims refuse', async () => {
    expect(await attack(claimFirst)).toEqual({ contradictions: 0, differences: [] })
  })

  test('turned round, is missed: the rival is given a seat that the claims refuse, and the map stays wrong', async () => {
    const { contradictions, differences } = await attack(ledgerFirst)
    expect(contradictions).toBe(1)
    expect(differences).toEqual([])
    // The ledger now shows the seat as the first buyer's, whose claim is gone: nobody can buy it until it expires.
    const map = (await one.seating.readMap(showId)).statuses
    const { rows } = await one.pool.query('SELECT 1 FROM seat_claim WHERE show_id = $1', [showId])
    expect({ letter: map[5], claims: rows.length }).toEqual({ letter: 'l', claims: 0 })
  })
})
