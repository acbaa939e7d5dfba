/** What can be read of events, shows, maps and bookings, and what that costs in SQL. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { printId } from '../../src/graphql/index.ts'
import { type ApiWorld, apiWorld, pick } from './api-world.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await apiWorld()
})
afterAll(() => world.close())

const showId = (name: keyof ApiWorld['hall']['shows']) => printId('Show', world.hall.shows[name])
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('events', () => {
  const titles = async (args: string) => {
    const { data, errors } = await world.anonymous(`{events${args}{edges{node{title}}}}`)
    expect(errors).toBeUndefined()
    return (pick(data, 'events.edges') as { node: { title: string } }[]).map(({ node }) => node.title)
  }

  test('stand in the order of their first show, those without shows last', async () => {
    expect(await titles('')).toEqual(['The Play', 'Winter Concert', 'Unscheduled Evening'])
  })

  test('are found by words in any case, by date and by venue', async () => {
    expect(await titles('(search:"CONCERT winter")')).toEqual(['Winter Concert'])
    expect(await titles('(search:"100%")')).toEqual([])
    expect(await titles('(from:"2026-12-02T00:00:00Z", to:"2026-12-10T00:00:00Z")')).toEqual([
      'Winter Concert',
    ])
    expect(await titles(`(venueId:"${printId('Venue', world.hall.venues.newYork)}")`)).toEqual([
      'Winter Concert',
      'The Play',
    ])
  })

  test('are paged forwards and backwards without gaps', async () => {
    const page = '{edges{node{title}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}}'
    const first = await world.anonymous(`{events(first:2)${page}}`)
    expect(first.data).toMatchObject({ events: { pageInfo: { hasNextPage: true, hasPreviousPage: false } } })
    const after = pick(first.data, 'events.pageInfo.endCursor')
    const second = await world.anonymous(`{events(first:2,after:"${after}")${page}}`)
    expect(second.data).toMatchObject({
      events: { edges: [{ node: { title: 'Unscheduled Evening' } }], pageInfo: { hasNextPage: false } },
    })
    const before = pick(second.data, 'events.pageInfo.startCursor')
    const back = await world.anonymous(`{events(last:1,before:"${before}")${page}}`)
    expect(back.data).toMatchObject({
      events: { edges: [{ node: { title: 'Winter Concert' } }], pageInfo: { hasPreviousPage: true } },
    })
  })

  test('a programme says what is played, and what it does not say is null', async () => {
    const id = printId('Event', world.hall.events.concert)
    const { data } = await world.anonymous(`{event(id:"${id}"){programme{composer title movement soloists}}}`)
    expect(pick(data, 'event.programme')).toEqual([
      { composer: 'Brahms', title: 'Symphony No. 4', movement: null, soloists: ['Someone, piano'] },
      { composer: null, title: 'Intermission', movement: null, soloists: [] },
    ])
  })
})

describe('shows', () => {
  test('tell their time as an instant and on the clock of their venue, and prices in their currency', async () => {
    const { data, errors } = await world.anonymous(
      `query($a:ID!,$b:ID!){
         a:show(id:$a){...show} b:show(id:$b){...show}
       } fragment show on Show{startsAt startsAtLocal saleStatus currency seatsPerBuyerMax prices{category{key name} price{text decimals amountMinor}}}`,
      { a: showId('onSale'), b: showId('inYen') },
    )
    expect(errors).toBeUndefined()
    expect(pick(data, 'a')).toEqual({
      startsAt: '2026-12-01T18:30:00.000Z',
      startsAtLocal: '2026-12-01T19:30:00',
      saleStatus: 'ON_SALE',
      currency: 'EUR',
      seatsPerBuyerMax: 8,
      prices: [
        {
          category: { key: 'front', name: 'Front' },
          price: { text: '€45.00', decimals: 2, amountMinor: 4500 },
        },
        {
          category: { key: 'back', name: 'Back' },
          price: { text: '€25.00', decimals: 2, amountMinor: 2500 },
        },
        {
          category: { key: 'standing', name: 'Standing' },
          price: { text: '€15.00', decimals: 2, amountMinor: 1500 },
        },
      ],
    })
    expect(data).toMatchObject({
      b: {
        startsAtLocal: '2026-12-02T19:30:00',
        prices: [{ price: { text: '¥4,500', decimals: 0 } }, {}, {}],
      },
    })
  })

  test('that are listed only have no prices and no map', async () => {
    const query = '{saleStatus currency prices{price{text}} seatsPerBuyerMax seatMap{seq}}'
    const { data, errors } = await world.anonymous(
      `query($a:ID!,$b:ID!){a:show(id:$a)${query} b:show(id:$b)${query}}`,
      { a: showId('listed'), b: showId('unopened') },
    )
    expect(errors).toBeUndefined()
    expect(data).toMatchObject({
      a: { saleStatus: 'NOT_ON_SALE', currency: null, prices: [], seatsPerBuyerMax: null, seatMap: null },
      b: { saleStatus: 'NOT_ON_SALE', currency: 'EUR', seatMap: null },
    })
  })
})

describe('the seat map', () => {
  test('says the same packed, as objects, and over plain HTTP', async () => {
    const { data, errors } = await world.anonymous(
      `query($id:ID!){seatMap(showId:$id){epoch seq stale statuses plan{url contentHash seatCount version}
         seats(first:100){edges{node{seatNo seatId zone row number traits status price{text}}}}
         areas{key capacity free price{text}}}}`,
      { id: showId('onSale') },
    )
    expect(errors).toBeUndefined()
    const packed = Buffer.from(String(pick(data, 'seatMap.statuses')), 'base64')
    const seats = pick(data, 'seatMap.seats.edges') as { node: { seatNo: number; status: string } }[]
    expect(seats).toHaveLength(20)
    for (const { node } of seats) {
      const bits = ((packed[node.seatNo >> 2] ?? 0) >> ((node.seatNo & 3) * 2)) & 3
      expect(['AVAILABLE', 'LOCKED', 'BOOKED', 'NOT_FOR_SALE'][bits]).toBe(node.status)
    }
    expect(data).toMatchObject({
      seatMap: {
        stale: false,
        plan: { seatCount: 25, version: 1 },
        areas: [{ key: 'floor', capacity: 5, free: 5, price: { text: '€15.00' } }],
      },
    })
    expect(seats[0]).toEqual({
      node: {
        seatNo: 0,
        seatId: 'stalls-A-1',
        zone: 'Stalls',
        row: 'A',
        number: '1',
        traits: ['WHEELCHAIR'],
        status: 'AVAILABLE',
        price: { text: '€45.00' },
      },
    })
    expect(seats[19]).toMatchObject({ node: { status: 'NOT_FOR_SALE' } })

    const route = await fetch(`${world.url}/v1/shows/${encodeURIComponent(showId('onSale'))}/seats`)
    expect(await route.json()).toEqual({
      showId: showId('onSale'),
      epoch: pick(data, 'seatMap.epoch'),
      seq: pick(data, 'seatMap.seq'),
      stale: false,
      planVersion: printId('PlanVersion', world.hall.planVersionId),
      statuses: pick(data, 'seatMap.statuses'),
    })
    const layout = await fetch(`${world.url}${pick(data, 'seatMap.plan.url')}`)
    expect(layout.headers.get('cache-control')).toContain('immutable')
    expect(await layout.json()).toMatchObject({
      name: 'Hall',
      seats: [{ seatId: 'stalls-A-1' }, ...Array(19).fill({})],
    })
  })

  test('is filtered by category and status, and paged to its end', async () => {
    const found: string[] = []
    let after: unknown = null
    do {
      const { data } = await world.anonymous(
        `query($id:ID!,$after:String){seatMap(showId:$id){seats(first:3,after:$after,category:"back",status:AVAILABLE){
           edges{node{seatId}} pageInfo{hasNextPage endCursor}}}}`,
        { id: showId('onSale'), after },
      )
      for (const { node } of pick(data, 'seatMap.seats.edges') as { node: { seatId: string } }[])
        found.push(node.seatId)
      after = pick(data, 'seatMap.seats.pageInfo.hasNextPage')
        ? pick(data, 'seatMap.seats.pageInfo.endCursor')
        : null
    } while (after !== null)
    expect(found).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `stalls-B-${number}`))
    const { data } = await world.anonymous(
      `query($id:ID!){seatMap(showId:$id){seats(last:2){edges{node{seatId}} pageInfo{hasPreviousPage hasNextPage}}}}`,
      { id: showId('onSale') },
    )
    expect(data).toMatchObject({
      seatMap: {
        seats: {
          edges: [{ node: { seatId: 'stalls-B-9' } }, { node: { seatId: 'stalls-B-10' } }],
          pageInfo: { hasPreviousPage: true, hasNextPage: false },
        },
      },
    })
  })

  test('is not sent again to who has it, compressed or not', async () => {
    const url = `${world.url}/v1/shows/${encodeURIComponent(showId('inYen'))}/seats`
    for (const encoding of ['br', 'gzip', 'identity']) {
      const first = await fetch(url, { headers: { 'accept-encoding': encoding } })
      expect(first.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding)
      expect(await first.json()).toMatchObject({ showId: showId('inYen') })
      const etag = first.headers.get('etag') ?? ''
      expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
    }
  })

  test('that is older than the position asked for is not answered as if it were new', async () => {
    const { errors } = await world.anonymous(
      `query($id:ID!){seatMap(showId:$id,notBefore:{epoch:1000,seq:1}){seq}}`,
      { id: showId('onSale') },
    )
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'MAP_BEHIND', retryAfterMs: 500 })
  })
})

describe('what is no good is told by name', () => {
  test.each([
    ['a page of more than 100', '{events(first:101){edges{cursor}}}', 'BAD_PAGE'],
    ['a negative page', '{events(first:-1){edges{cursor}}}', 'BAD_PAGE'],
    ['a page from both ends', '{events(first:1,last:1){edges{cursor}}}', 'BAD_PAGE'],
    ['a cursor that is none', '{events(after:"nonsense"){edges{cursor}}}', 'BAD_CURSOR'],
    ['a cursor of another list', `{venues(after:"${base64('GPC:S:abc')}"){edges{cursor}}}`, 'BAD_CURSOR'],
    [
      'a cursor beyond any number',
      `{venues(after:"${base64('GPC:N:99999999999')}"){edges{cursor}}}`,
      'BAD_CURSOR',
    ],
    [
      'a time without an offset',
      '{events(from:"2026-12-01T18:30:00"){edges{cursor}}}',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a very long search', `{events(search:"${'x'.repeat(300)}"){edges{cursor}}}`, 'BAD_SEARCH'],
    ['an id of another kind', `{show(id:"${printId('Event', 1)}"){id}}`, 'BAD_ID'],
    ['an id of a kind that nobody loads', `{node(id:"${base64('User:1')}"){id}}`, 'BAD_ID'],
  ])('%s', async (_what, query, code) => {
    const { errors } = await world.anonymous(query)
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([code])
    expect(world.logged()).toBe('')
  })

  test('a bad cursor deep inside a query is told too', async () => {
    const { errors } = await world.anonymous(
      `{events{edges{node{shows(after:"${base64('GPC:S:x')}"){edges{cursor}}}}}}`,
    )
    expect(errors?.[0]?.extensions.code).toBe('BAD_CURSOR')
  })

  test('what does not exist is null', async () => {
    const { data, errors } = await world.anonymous(
      `query($show:ID!,$event:ID!,$plan:ID!){show(id:$show){id} event(id:$event){id} node(id:$show){id} plan:node(id:$plan){id} seatMap(showId:$show){seq}}`,
      {
        show: printId('Show', 999_999),
        event: printId('Event', 999_999),
        plan: printId('PlanVersion', 999_999),
      },
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({ show: null, event: null, node: null, plan: null, seatMap: null })
  })
})

describe('SQL statements', () => {
  const cost = async (query: string, variables?: Record<string, unknown>, ask = world.anonymous) => {
    // Plans and prices are remembered from the first time on.
    await ask(query, variables)
    const statements = await world.statements(async () => {
      const { errors } = await ask(query, variables)
      expect(errors).toBeUndefined()
    })
    return statements.length
  }

  test('a page of events with shows and venues takes six, however many there are', async () => {
    const query =
      '{events{edges{node{title shows(first:10){edges{node{startsAtLocal saleStatus currency venue{name city}}}}}}}}'
    expect(await cost(query)).toBe(6)
  })

  test('an event with its shows', async () => {
    const id = printId('Event', world.hall.events.concert)
    expect(
      await cost(`{event(id:"${id}"){title programme{title} shows{edges{node{startsAt venue{name}}}}}}`),
    ).toBe(3)
  })

  test('a show with its seat map', async () => {
    const query =
      'query($id:ID!){show(id:$id){startsAt event{title} venue{name} seatMap{epoch seq statuses plan{url}}}}'
    expect(await cost(query, { id: showId('onSale') })).toBe(3)
  })

  test('a seat map alone takes one, or none while what its show has is known', async () => {
    const query =
      'query($id:ID!){seatMap(showId:$id){epoch seq statuses seats(first:50){edges{node{seatId status}}}}}'
    expect(await cost(query, { id: showId('onSale') })).toBeLessThanOrEqual(1)
  })
})
