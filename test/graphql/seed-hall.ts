/** A small hall with everything a plan can have, and shows in two time zones, two currencies and every sale status. */
import { storePlan } from '../../src/catalog/index.ts'
import type { Pool } from '../../src/platform/postgres.ts'
import type { Seating } from '../../src/seating/index.ts'

const seatsInHall = 20
const floorPlaces = 5

const seat = (row: string, number: number) => ({
  seatId: `stalls-${row}-${number}`,
  zone: 'stalls',
  row,
  number: String(number),
  category: row === 'A' ? 'front' : 'back',
  x: number * 10,
  y: row === 'A' ? 10 : 20,
  radius: 4,
  traits: row === 'A' && number === 1 ? (['wheelchair'] as const) : [],
})

const rows = ['A', 'B'].flatMap((row) =>
  Array.from({ length: seatsInHall / 2 }, (_, index) => seat(row, index + 1)),
)

export async function seedHall(pool: Pool, seating: Pick<Seating, 'openSale'>) {
  const id = async (statement: string, values: unknown[]) => {
    const { rows: found } = await pool.query<{ id: number }>(`${statement} RETURNING id`, values)
    return found[0]?.id ?? 0
  }
  const venue = (key: string, city: string, timeZone: string) =>
    id('INSERT INTO venue (key, name, city, time_zone) VALUES ($1, $1, $2, $3)', [key, city, timeZone])
  const event = (key: string, title: string, programme: unknown[] = []) =>
    id('INSERT INTO event (key, title, programme, search_text) VALUES ($1, $2, $3, lower($2))', [
      key,
      title,
      JSON.stringify(programme),
    ])
  const prices = (currency: string, list: Record<string, number>) =>
    id('INSERT INTO price_list (currency, prices) VALUES ($1, $2)', [currency, list])
  let shows = 0
  const show = (columns: {
    event: number
    venue: number
    startsAt: string
    plan?: number
    prices?: number
  }) =>
    id(
      'INSERT INTO show (key, event_id, venue_id, starts_at, plan_version_id, price_list_id) VALUES ($1, $2, $3, $4, $5, $6)',
      [
        `show-${++shows}`,
        columns.event,
        columns.venue,
        columns.startsAt,
        columns.plan ?? null,
        columns.prices ?? null,
      ],
    )

  const berlin = await venue('Philharmonie', 'Berlin', 'Europe/Berlin')
  const newYork = await venue('Geffen Hall', 'New York', 'America/New_York')
  const plan = await storePlan(pool, {
    key: 'hall',
    draft: {
      name: 'Hall',
      size: { width: 120, height: 60 },
      categories: [
        { key: 'front', name: 'Front', color: '#112233' },
        { key: 'back', name: 'Back', color: '#445566' },
        { key: 'standing', name: 'Standing', color: '#778899' },
      ],
      zones: [
        { key: 'stalls', name: 'Stalls' },
        { key: 'pit', name: 'Pit' },
      ],
      seats: rows.map((one) => ({ ...one, traits: [...one.traits] })),
      areas: [
        {
          key: 'floor',
          name: 'Floor',
          zone: 'pit',
          category: 'standing',
          capacity: floorPlaces,
          outline: [],
        },
      ],
      decorations: [],
    },
  })
  const planId = plan.planVersionId
  const euros = await prices('EUR', { front: 4500, back: 2500, standing: 1500 })
  const yen = await prices('JPY', { front: 4500, back: 2500, standing: 1500 })
  const concert = await event('concert', 'Winter Concert', [
    { composer: 'Brahms', title: 'Symphony No. 4', conductor: 'A. Conductor', soloists: ['Someone, piano'] },
    { title: 'Intermission' },
  ])
  const play = await event('play', 'The Play')
  const unscheduled = await event('unscheduled', 'Unscheduled Evening')

  const onSale = await show({
    event: concert,
    venue: berlin,
    startsAt: '2026-12-01T18:30:00Z',
    plan: planId,
    prices: euros,
  })
  const inYen = await show({
    event: concert,
    venue: newYork,
    startsAt: '2026-12-03T00:30:00Z',
    plan: planId,
    prices: yen,
  })
  const closed = await show({
    event: play,
    venue: berlin,
    startsAt: '2026-11-28T19:00:00Z',
    plan: planId,
    prices: euros,
  })
  const listed = await show({ event: play, venue: newYork, startsAt: '2026-12-24T20:00:00Z' })
  const unopened = await show({
    event: play,
    venue: berlin,
    startsAt: '2026-12-30T19:00:00Z',
    plan: planId,
    prices: euros,
  })
  for (const showId of [onSale, inYen, closed]) {
    await seating.openSale({ showId, seatCount: plan.seatCount, seatsPerBuyerMax: 8, notForSale: [19] })
  }
  await pool.query(`UPDATE show_ledger SET status = 'closed' WHERE show_id = $1`, [closed])
  return {
    venues: { berlin, newYork },
    events: { concert, play, unscheduled },
    shows: { onSale, inYen, closed, listed, unopened },
    planVersionId: planId,
    seatCount: plan.seatCount,
  }
}
