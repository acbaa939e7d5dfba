/** Rotation of the keys that data rests under, beside a sale, cut off, and with a key that is missing. */
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emailContext } from '../../src/booking/index.ts'
import { countSealed, rotateSealed } from '../../src/operate/index.ts'
import { openPostgres, type Pool, type Postgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { createSealer, type Sealer } from '../../src/platform/sealed.ts'
import { type FreshDatabase, freshDatabase } from '../world/postgres.ts'

let database: FreshDatabase
let postgres: Postgres
let pool: Pool
const [k1, k2, lost] = ['k1', 'k2', 'lost'].map((id) => ({ id, secret: randomBytes(32) })) as [Key, Key, Key]
type Key = { id: string; secret: Buffer }

beforeAll(async () => {
  database = await freshDatabase()
  postgres = openPostgres({ ...postgresDefaults, url: database.url }, () => {})
  pool = postgres.pool
  // Bookings without their shows: only what rests sealed matters here.
  await pool.query('ALTER TABLE booking DISABLE TRIGGER ALL')
})
afterAll(async () => {
  await postgres.close()
  await database.drop()
})

async function book(sealer: Sealer, email: string): Promise<string> {
  const id = randomUUID()
  await pool.query(
    `INSERT INTO booking (id, show_id, buyer_id, lock_id, state, request_hash, currency, total_minor, email)
     VALUES ($1, 1, $2, $3, 'CONFIRMED', 'x', 'EUR', 0, $4)`,
    [id, randomUUID(), randomUUID(), sealer.seal(email, emailContext(id))],
  )
  return id
}

const emailOf = async (sealer: Sealer, id: string): Promise<string> => {
  const { rows } = await pool.query('SELECT email FROM booking WHERE id = $1', [id])
  return sealer.open(rows[0].email, emailContext(id))
}

test('everything rests under the new key, page after page, and reads as before', async () => {
  const old = createSealer([k1])
  const ids: string[] = []
  for (let n = 0; n < 1_100; n++) ids.push(await book(old, `buyer-${n}@example.org`))
  const between = createSealer([k2, k1])
  const fresh = await book(between, 'fresh@example.org')
  expect(await countSealed(pool)).toEqual([
    { what: 'e-mail addresses', keyId: 'k1', values: 1_100 },
    { what: 'e-mail addresses', keyId: 'k2', values: 1 },
  ])

  let told = 0
  const unopened = await rotateSealed({
    pool,
    sealer: between,
    onProgress(_what, values) {
      told += values
    },
  })
  expect(unopened).toEqual([])
  expect(told).toBe(1_100)
  expect(await countSealed(pool)).toEqual([{ what: 'e-mail addresses', keyId: 'k2', values: 1_101 }])
  const alone = createSealer([k2])
  expect(await emailOf(alone, fresh)).toBe('fresh@example.org')
  for (const [n, id] of ids.entries()) expect(await emailOf(alone, id)).toBe(`buyer-${n}@example.org`)
})

test('two rotations at once, beside bookings that are made, lose nothing', async () => {
  const from = createSealer([k2])
  const to = createSealer([k1, k2])
  const made: [string, string][] = []
  let over = false
  const sale = (async () => {
    for (let n = 0; !over; n++)
      made.push([await book(to, `beside-${n}@example.org`), `beside-${n}@example.org`])
  })()
  made.push([await book(from, 'before@example.org'), 'before@example.org'])
  const onProgress = () => {}
  await Promise.all([
    rotateSealed({ pool, sealer: to, onProgress }),
    rotateSealed({ pool, sealer: to, onProgress }),
  ])
  over = true
  await sale
  expect((await countSealed(pool)).map(({ keyId }) => keyId)).toEqual(['k1'])
  const alone = createSealer([k1])
  for (const [id, email] of made) expect(await emailOf(alone, id)).toBe(email)
})

test('a value whose key is missing is named and left as it is', async () => {
  const id = await book(createSealer([lost]), 'lost@example.org')
  const unopened = await rotateSealed({ pool, sealer: createSealer([k1]), onProgress() {} })
  expect(unopened).toEqual([{ what: 'e-mail addresses', id, why: expect.stringContaining('no key lost') }])
  expect(await emailOf(createSealer([lost]), id)).toBe('lost@example.org')
})
