/** A buyer who leaves an address is written to, whatever the mail server does meanwhile. */
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { mailServer, smtpError } from '../notify/mail-server.ts'
import { until } from '../seating/seating-world.ts'
import { type Actor, guest } from '../world/buyer.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld } from '../world/rowlock.ts'
import { type Hall, openHall } from './hall.ts'
import { cancelBooking, type LockAnswer, lockSeats } from './operations.ts'

let world: RowlockWorld
let hall: Hall
let folder: string

beforeAll(async () => {
  world = await rowlockWorld()
  hall = await openHall(world.database.url, 20)
  folder = mkdtempSync(join(inject('runFolder'), 'mail-'))
})
afterAll(() => world.close())

const createBooking = `mutation ($lockId: ID!, $method: String!, $email: String, $key: String!) {
  createBooking(lockId: $lockId, paymentMethod: $method, email: $email, idempotencyKey: $key) {
    __typename
    ... on CreateBookingOk { booking { id state } }
    ... on Refusal { code message }
  }
}`

interface Booked {
  createBooking: { __typename: string; booking?: { id: string; state: string }; message?: string }
}

async function lock(buyer: Actor, ...seats: string[]): Promise<string> {
  const { lockSeats: locked } = await buyer.ask<LockAnswer>(lockSeats, {
    ...{ showId: hall.showId, seats, key: seats.join('_') },
  })
  return locked.lock?.id ?? ''
}

async function book(buyer: Actor, email: string | null, ...seats: string[]) {
  const lockId = await lock(buyer, ...seats)
  const { createBooking: booked } = await buyer.ask<Booked>(createBooking, {
    ...{ lockId, method: 'tok_ok', email, key: `pay_${seats.join('_')}` },
  })
  return booked
}

const pagesOf = (pdf: string) => pdf.match(/\/Type \/Page\b/g)?.length ?? 0

const read = async (api: ApiProcess, path: string) => (await fetch(`${api.url}${path}`)).text()

test('the confirmation and the cancellation are in the folder, to be read on its page, and nowhere in the clear', async () => {
  const api = await world.api({ MAIL_FOLDER: folder })
  const alice = await guest(api.url)
  const { booking } = await book(alice, 'alice@example.org', 'A-1', 'A-2')
  expect(booking?.state).toBe('CONFIRMED')
  await until('the tickets are there', async () =>
    (await read(api, '/dev/mail')).includes('Your tickets: A play'),
  )

  const [, name = ''] = /href="\/dev\/mail\/([^"]+)"/.exec(await read(api, '/dev/mail')) ?? []
  const letter = await read(api, `/dev/mail/${name}`)
  for (const part of ['alice@example.org', 'Your 2 seats are booked', 'row A, seat 1', '€50.00'])
    expect(letter).toContain(part)
  expect(letter).toContain(encodeURIComponent(booking?.id ?? 'no id'))

  const pdf = await fetch(`${api.url}/dev/mail/${name}/tickets.pdf`)
  expect(pdf.headers.get('content-type')).toBe('application/pdf')
  expect(pagesOf(await pdf.text())).toBe(2)
  expect(await read(api, `/dev/mail/${name}/calendar.ics`)).toContain('METHOD:PUBLISH')
  expect((await fetch(`${api.url}/dev/mail/${name}/other.pdf`)).status).toBe(404)

  await alice.ask(cancelBooking, { bookingId: booking?.id })
  await until('the cancellation is there', async () =>
    (await read(api, '/dev/mail')).includes('Cancelled: A play'),
  )

  const { rows } = await world.query('SELECT email FROM booking')
  expect(rows[0].email).toMatch(/^v1\.test\./)
  const { rows: outbox } = await world.query(`SELECT payload::text FROM outbox`)
  expect(JSON.stringify(outbox)).not.toContain('alice@')
  expect(api.output()).not.toContain('alice@')
  await api.stop()
})

test('without an address nobody is written to, and a bad one is refused before anything is paid', async () => {
  const api = await world.api({ MAIL_FOLDER: folder })
  const bob = await guest(api.url)
  expect((await book(bob, null, 'A-5')).booking?.state).toBe('CONFIRMED')
  for (const email of [
    'bob',
    'bob@',
    'a@b@c.org',
    'bob@example.org\r\nBcc: x@example.org',
    `${'x'.repeat(250)}@example.org`,
    'Bob <bob@example.org>',
  ])
    expect((await book(bob, email, 'A-6')).__typename, email).toBe('EmailRefused')
  expect((await book(bob, ' bob@bücher.example ', 'A-6')).booking?.state).toBe('CONFIRMED')
  await until('one letter', async () => (await read(api, '/dev/mail')).includes('bob@bücher.example'))
  const { rows } = await world.query(
    `SELECT count(*)::int AS letters FROM outbox WHERE topic = 'job' AND payload -> 'payload' ->> 'letter' = 'confirmed'`,
  )
  expect(rows[0].letters).toBe(2)
  await api.stop()
})

test('a mail server that says "later", and a process that is killed, only delay it', async () => {
  let isReady = false
  const server = await mailServer({
    onRcptTo: (_address, _session, done) => (isReady ? done() : done(smtpError(451, 'later'))),
  })
  const first = await world.api({ SMTP_URL: server.url })
  expect((await book(await guest(first.url), 'carol@example.org', 'A-8')).booking?.state).toBe('CONFIRMED')
  const lastError = `SELECT last_error FROM graphile_worker.jobs WHERE last_error IS NOT NULL`
  await until('it failed once', async () => (await world.query(lastError)).rows.length > 0)
  await first.kill()
  isReady = true
  const second = await world.api({ SMTP_URL: server.url, PUBLIC_URL: 'https://tickets.example' })
  await world.query('UPDATE graphile_worker._private_jobs SET run_at = now()')
  await until('it is delivered', async () => server.delivered.length > 0, 30_000)
  expect(server.delivered[0]?.to).toEqual(['carol@example.org'])
  expect(server.delivered[0]?.raw).toContain('https://tickets.example')
  await second.stop()
  await server.close()
})
