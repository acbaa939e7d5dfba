/** Whatever text stands in whatever argument: an answer that says what is wrong, and never a fault. */
import { randomUUID } from 'node:crypto'
import { type GraphQLArgument, getNamedType, isInputObjectType, isObjectType } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { printId, schema } from '../../src/graphql/index.ts'
import { gatePlaces } from '../gate/attack-texts.ts'
import { pick } from './api-world.ts'
import { type Answer, type Ask, type AttackWorld, attackWorld, client } from './attack-world.ts'

let world: AttackWorld
let lockId: string
let owner: Ask

beforeAll(async () => {
  world = await attackWorld()
  const buyer = await world.guest()
  owner = buyer.ask
  const { data } = await owner(
    'mutation($id:ID!){lockSeats(showId:$id,seats:["stalls-A-1"],idempotencyKey:"mine"){...on LockSeatsOk{lock{id}}}}',
    { id: world.showId() },
  )
  lockId = String(pick(data, 'lockSeats.lock.id'))
})
afterAll(() => world.close())

const told = '{__typename ...on Refusal{code message}}'
const show = () => world.showId()

/** Every argument that takes a text, by its place in the schema, and how a client puts a text there. */
const places: Record<string, (ask: Ask, text: string) => Promise<Answer>> = {
  'Query.node.id': (ask, x) => ask('query($x:ID!){node(id:$x){id}}', { x }),
  'Query.event.id': (ask, x) => ask('query($x:ID!){event(id:$x){title}}', { x }),
  'Query.show.id': (ask, x) => ask('query($x:ID!){show(id:$x){id}}', { x }),
  'Query.lock.id': (ask, x) => ask('query($x:ID!){lock(id:$x){id}}', { x }),
  'Query.seatMap.showId': (ask, x) => ask('query($x:ID!){seatMap(showId:$x){seq}}', { x }),
  'Query.events.search': (ask, x) => ask('query($x:String){events(search:$x){edges{cursor}}}', { x }),
  'Query.events.venueId': (ask, x) => ask('query($x:ID){events(venueId:$x){edges{cursor}}}', { x }),
  'Query.events.after': (ask, x) => ask('query($x:String){events(after:$x){edges{cursor}}}', { x }),
  'Query.events.before': (ask, x) => ask('query($x:String){events(last:1,before:$x){edges{cursor}}}', { x }),
  'Event.shows.after': (ask, x) =>
    ask(`query($x:String){event(id:"${eventId()}"){shows(after:$x){edges{cursor}}}}`, { x }),
  'Event.shows.before': (ask, x) =>
    ask(`query($x:String){event(id:"${eventId()}"){shows(last:1,before:$x){edges{cursor}}}}`, { x }),
  'SeatMap.seats.category': (ask, x) =>
    ask(`query($x:String){seatMap(showId:"${show()}"){seats(category:$x){edges{cursor}}}}`, { x }),
  'SeatMap.seats.after': (ask, x) =>
    ask(`query($x:String){seatMap(showId:"${show()}"){seats(after:$x){edges{cursor}}}}`, { x }),
  'SeatMap.seats.before': (ask, x) =>
    ask(`query($x:String){seatMap(showId:"${show()}"){seats(last:1,before:$x){edges{cursor}}}}`, { x }),
  'Query.venues.after': (ask, x) => ask('query($x:String){venues(after:$x){edges{cursor}}}', { x }),
  'Query.venues.before': (ask, x) => ask('query($x:String){venues(last:1,before:$x){edges{cursor}}}', { x }),
  'Viewer.bookings.after': (ask, x) =>
    ask('query($x:String){viewer{bookings(after:$x){edges{cursor}}}}', { x }),
  'Viewer.bookings.before': (ask, x) =>
    ask('query($x:String){viewer{bookings(last:1,before:$x){edges{cursor}}}}', { x }),
  'Viewer.locks.showId': (ask, x) => ask('query($x:ID!){viewer{locks(showId:$x){id}}}', { x }),
  'SeatLock.quote.promotionCode': (_ask, x) =>
    owner(`query($x:String){lock(id:"${lockId}"){quote(promotionCode:$x)${told}}}`, { x }),
  'Mutation.lockSeats.showId': (ask, x) =>
    ask(`mutation($x:ID!){lockSeats(showId:$x,seats:["stalls-A-1"],idempotencyKey:"k")${told}}`, { x }),
  'Mutation.lockSeats.seats': (ask, x) =>
    ask(
      `mutation($x:[String!]){lockSeats(showId:"${show()}",seats:$x,idempotencyKey:"k"){__typename ...on Refusal{code message} ...on UnknownSeats{seatIds areaKeys} ...on DuplicateSeats{seatIds areaKeys}}}`,
      { x: [x, x, `${x}.`] },
    ),
  'AreaPlacesInput.area': (ask, x) =>
    ask(
      `mutation($x:[AreaPlacesInput!]){lockSeats(showId:"${show()}",areas:$x,idempotencyKey:"k"){__typename ...on Refusal{code message} ...on UnknownSeats{seatIds areaKeys}}}`,
      { x: [{ area: x, count: 1 }] },
    ),
  'Mutation.lockSeats.lockId': (ask, x) =>
    ask(
      `mutation($x:ID){lockSeats(showId:"${show()}",seats:["stalls-A-2"],lockId:$x,idempotencyKey:"k")${told}}`,
      { x },
    ),
  'Mutation.lockSeats.idempotencyKey': (ask, x) =>
    ask(`mutation($x:String!){lockSeats(showId:"${show()}",seats:["stalls-A-1"],idempotencyKey:$x)${told}}`, {
      x,
    }),
  'Mutation.extendLock.lockId': (ask, x) =>
    ask(`mutation($x:ID!){extendLock(lockId:$x,idempotencyKey:"k")${told}}`, { x }),
  'Mutation.extendLock.idempotencyKey': (ask, x) =>
    ask(`mutation($x:String!){extendLock(lockId:"${foreignLock()}",idempotencyKey:$x)${told}}`, { x }),
  'Mutation.releaseLock.lockId': (ask, x) => ask(`mutation($x:ID!){releaseLock(lockId:$x)${told}}`, { x }),
  'Mutation.releaseLock.seats': (ask, x) =>
    ask(
      `mutation($x:[String!]){releaseLock(lockId:"${foreignLock()}",seats:$x){__typename ...on Refusal{code message} ...on UnknownSeats{seatIds}}}`,
      { x: [x] },
    ),
  'Mutation.createBooking.lockId': (ask, x) =>
    ask(`mutation($x:ID!){createBooking(lockId:$x,paymentMethod:"tok_ok",idempotencyKey:"k")${told}}`, { x }),
  'Mutation.createBooking.paymentMethod': (ask, x) =>
    ask(
      `mutation($x:String!){createBooking(lockId:"${foreignLock()}",paymentMethod:$x,idempotencyKey:"k")${told}}`,
      { x },
    ),
  'Mutation.createBooking.promotionCode': (ask, x) =>
    ask(
      `mutation($x:String){createBooking(lockId:"${foreignLock()}",paymentMethod:"tok_ok",promotionCode:$x,idempotencyKey:"k")${told}}`,
      { x },
    ),
  'Mutation.createBooking.idempotencyKey': (ask, x) =>
    ask(
      `mutation($x:String!){createBooking(lockId:"${foreignLock()}",paymentMethod:"tok_ok",idempotencyKey:$x)${told}}`,
      { x },
    ),
  'Mutation.reissueTicket.ticketId': (ask, x) =>
    ask(`mutation($x:ID!){reissueTicket(ticketId:$x,codeGeneration:1)${told}}`, { x }),
  'Mutation.offerTicket.ticketId': (ask, x) =>
    ask(`mutation($x:ID!){offerTicket(ticketId:$x)${told}}`, { x }),
  'Mutation.withdrawTicketOffer.ticketId': (ask, x) =>
    ask(`mutation($x:ID!){withdrawTicketOffer(ticketId:$x)${told}}`, { x }),
  'Mutation.takeTicket.offer': (ask, x) => ask(`mutation($x:String!){takeTicket(offer:$x)${told}}`, { x }),
  'Mutation.createBooking.email': (ask, x) =>
    ask(
      `mutation($x:String){createBooking(lockId:"${foreignLock()}",paymentMethod:"tok_ok",email:$x,idempotencyKey:"k")${told}}`,
      { x },
    ),
  'Mutation.cancelBooking.bookingId': (ask, x) =>
    ask(`mutation($x:ID!){cancelBooking(bookingId:$x)${told}}`, { x }),
  'Mutation.cancelBooking.seats': (ask, x) =>
    ask(`mutation($x:[String!]){cancelBooking(bookingId:"${foreignBooking()}",seats:$x)${told}}`, { x: [x] }),
  'Mutation.cancelBookingForHouse.bookingId': (_ask, x) =>
    organiser(`mutation($x:ID!){cancelBookingForHouse(bookingId:$x,reason:"Flood")${told}}`, { x }),
  'Mutation.cancelBookingForHouse.seats': (_ask, x) =>
    organiser(
      `mutation($x:[String!]){cancelBookingForHouse(bookingId:"${foreignBooking()}",seats:$x,reason:"Flood")${told}}`,
      { x: [x] },
    ),
  'Mutation.cancelBookingForHouse.reason': (_ask, x) =>
    organiser(
      `mutation($x:String!){cancelBookingForHouse(bookingId:"${foreignBooking()}",reason:$x)${told}}`,
      { x },
    ),
  'Mutation.cancelShow.showId': (_ask, x) =>
    organiser(`mutation($x:ID!){cancelShow(showId:$x,reason:"Flood")${told}}`, { x }),
  'Mutation.cancelShow.reason': (_ask, x) =>
    organiser(`mutation($x:String!){cancelShow(showId:"${printId('Show', 999_999)}",reason:$x)${told}}`, {
      x,
    }),
  'Query.showCancellation.showId': (_ask, x) =>
    organiser('query($x:ID!){showCancellation(showId:$x){waiting}}', { x }),
  ...gatePlaces({
    door: async (query, variables) => (await world.account('gate', randomUUID())).ask(query, variables),
    organiser: (query, variables) => organiser(query, variables),
    showId: () => show(),
  }),
}

/** A new one each time, because how often somebody asks is bounded. */
const organiser: Ask = async (query, variables) =>
  (await world.account('organiser', randomUUID())).ask(query, variables)
const eventId = () => printId('Event', world.hall.events.concert)
const foreignBooking = () => printId('Booking', randomUUID())
const foreignLock = () => printId('SeatLock', `${world.hall.shows.onSale}.${randomUUID()}`)

const texts: Record<string, string> = {
  nothing: '',
  'a NUL': '\0',
  'a NUL inside': 'stalls\0A-1',
  'half of a character': '\ud800',
  'the other half': 'x\udc00',
  'a right-to-left override': '\u202eA-1',
  '20,000 letters': 'x'.repeat(20_000),
  '4,000 astral characters': '🎟'.repeat(4_000),
  SQL: `'; DROP TABLE booking; --`,
  'a pattern': '%_\\',
  'the name of a prototype': '__proto__',
  'a member of every object': 'constructor',
  'a number beyond int8': '99999999999999999999',
  'an id beyond int4': printId('Show', '9999999999'),
  'an id beyond int8': printId('Event', '9223372036854775808'),
  'an id of a negative number': printId('Show', '-1'),
  'an id of no number': printId('Show', 'NaN'),
  'an id with a NUL': printId('Show', '1\0'),
  'an id of another kind': printId('Venue', '1'),
  'an id of an unknown kind': printId('Payment', randomUUID()),
  'a cursor beyond int4': encoded('GPC:N:9999999999'),
  'a cursor of the year -29719': encoded('event:-999999999999999.1'),
  'a cursor of an event beyond int4': encoded('event:1.9999999999'),
  'a cursor of a seat that cannot be': encoded('seat:999999'),
  'base64 with a newline': `${printId('Show', 1)}\n`,
}

test.each(Object.keys(places))('%s takes any text without a fault', async (name) => {
  const send = places[name]
  if (!send) throw new Error(name)
  for (const [what, text] of Object.entries(texts)) {
    const { ask } = await world.guest()
    const answer = await send(ask, text)
    expect.soft([200, 400, 429], `${what}: ${answer.text}`).toContain(answer.status)
    expect.soft(answer.text, what).not.toContain('INTERNAL')
    expect.soft(answer.text.length, what).toBeLessThan(110_000)
  }
  expect(world.faults()).toEqual([])
})

test('no argument that takes a text was left out above', () => {
  const found: string[] = []
  const look = (path: string, { name, type }: Pick<GraphQLArgument, 'name' | 'type'>) => {
    const named = getNamedType(type)
    if (['ID', 'String'].includes(named.name)) found.push(`${path}.${name}`)
    if (!isInputObjectType(named)) return
    for (const field of Object.values(named.getFields())) look(named.name, field)
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || type.name === 'Subscription') continue
    for (const field of Object.values(type.getFields())) {
      for (const argument of field.args) look(`${type.name}.${field.name}`, argument)
    }
  }
  expect(found.sort()).toEqual(Object.keys(places).sort())
})

test('nothing of it changed anything', async () => {
  const { rows } = await world.query(
    `SELECT (SELECT count(*)::int FROM booking) AS bookings,
            (SELECT count(*)::int FROM seat_claim WHERE state IN ('locked', 'paying', 'sold')) AS claims`,
  )
  expect(rows[0]).toEqual({ bookings: 0, claims: 1 })
  expect(await world.isAlive()).toBe(true)
  expect(await client(world.server)('{viewer{kind}}')).toMatchObject({
    data: { viewer: { kind: 'ANONYMOUS' } },
  })
})

function encoded(cursor: string): string {
  return Buffer.from(cursor).toString('base64')
}
