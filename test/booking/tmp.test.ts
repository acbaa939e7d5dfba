import { test, afterAll, beforeAll } from 'vitest'
import { bookingWorld, buyer, type BookingWorld, type OpenedBookings } from './booking-world.ts'
let world: BookingWorld
let one: OpenedBookings
let two: OpenedBookings
beforeAll(async () => { world = await bookingWorld(); one = await world.open('one'); two = await world.open('two') })
afterAll(() => world.close())
const t0 = performance.now()
function spy(o: OpenedBookings, name: string) {
  const pool: any = o.pool
  const connect = pool.connect.bind(pool)
  const patch = (c: any) => { if (c.__p) return; c.__p = true; const q = c.query.bind(c); c.query = (...a: any[]) => { const s = performance.now(); const r = q(...a); if (r?.then) r.then(() => { const d = performance.now()-s; if (d > 150) console.log(name, Math.round(performance.now()-t0), 'slow', Math.round(d), String(a[0].name ?? a[0]).slice(0,60)) }, (e: any) => console.log(name, Math.round(performance.now()-t0), 'ERR', e.code, e.message, String(a[0].name ?? a[0]).slice(0,60))); return r } }
  pool.connect = (cb?: any) => { if (cb) return connect((e: any, c: any, d: any) => { if (c) patch(c); cb(e, c, d) }); return connect().then((c: any) => { patch(c); return c }) }
}
test('x', async () => {
  spy(one, 'one'); spy(two, 'two')
  for (let round = 0; round < 4; round++) {
    const showId = await world.show(one)
    const lock = await one.seating.placeLock({ showId, buyerId: buyer(1), seats: [0, 1], areas: [], idempotencyKey: 'l' })
    const request = { showId, lockId: lock.lockId, buyerId: buyer(1), paymentMethod: 'tok_ok', idempotencyKey: `k${round}` }
    const s = performance.now()
    const ts: number[] = []
    await Promise.all(Array.from({ length: 20 }, async (_, i) => { await (i % 2 ? one : two).bookings.createBooking(request); ts.push(Math.round(performance.now() - s)) }))
    console.log('round', round, Math.round(performance.now() - s), ts.join(' '))
  }
  // one at a time
  const showId = await world.show(one, { seats: 200 })
  const took: number[] = []
  for (let i = 0; i < 100; i++) {
    const lock = await one.seating.placeLock({ showId, buyerId: buyer(100 + i), seats: [i], areas: [], idempotencyKey: 'l' })
    const s = performance.now()
    await one.bookings.createBooking({ showId, lockId: lock.lockId, buyerId: buyer(100 + i), paymentMethod: 'tok_ok', idempotencyKey: 'k' })
    took.push(performance.now() - s)
  }
  took.sort((a, b) => a - b)
  console.log('median', took[50]?.toFixed(1), 'p99', took[98]?.toFixed(1))
}, 60_000)
