import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { importEvents } from '../../src/operate/index.ts'
import { openPostgres, type Postgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { type FreshDatabase, freshDatabase } from '../world/postgres.ts'
import { concert, fileOf, program, work } from './small-files.ts'

let database: FreshDatabase
let postgres: Postgres

beforeAll(async () => {
  database = await freshDatabase()
  postgres = openPostgres({ ...postgresDefaults, url: database.url, connectionsMax: 3 }, () => {})
})

afterAll(async () => {
  await postgres.close()
  await database.drop()
})

beforeEach(() => postgres.pool.query('DELETE FROM show; DELETE FROM event; DELETE FROM venue'))

const importPrograms = (programs: object[], timeZones: string[] = []) =>
  importEvents(postgres.pool, { file: fileOf({ programs }), timeZones })

async function rowsOf(table: 'venue' | 'event' | 'show') {
  return (await postgres.pool.query(`SELECT * FROM ${table} ORDER BY id`)).rows
}

test.each([
  ['Cologne, Germany', '2025-05-20T04:00:00Z', '8:00PM', '2025-05-20T18:00:00.000Z', 'Europe/Berlin'],
  ['Manhattan, NY', '2024-12-31T05:00:00Z', '7:30PM', '2025-01-01T00:30:00.000Z', 'America/New_York'],
  ['Tokyo, Japan', '2025-06-01T04:00:00Z', '2:00PM', '2025-06-01T05:00:00.000Z', 'Asia/Tokyo'],
  ['Vail, CO', '2025-07-09T04:00:00Z', '12:00AM', '2025-07-09T06:00:00.000Z', 'America/Denver'],
])('a concert in %s is at its local time', async (Location, DateText, Time, startsAt, timeZone) => {
  await importPrograms([program('p1', [concert({ Location, Date: DateText, Time })])])
  const [show] = await rowsOf('show')
  expect(show.starts_at.toISOString()).toBe(startsAt)
  expect((await rowsOf('venue'))[0].time_zone).toBe(timeZone)
})

test('a place whose time zone is not known is asked for, never guessed, and can be given', async () => {
  const programs = [program('p1', [concert({ Location: 'Reykjavík, Iceland' })])]
  const refused = await importPrograms(programs)
  expect(refused.stored).toBeNull()
  expect(refused.problems.list[0]).toMatchObject({
    where: 'programs[0].concerts[0].Location',
    expected: expect.stringContaining('--time-zone "Reykjavík, Iceland=Zone/Name"'),
  })
  expect(await rowsOf('event')).toEqual([])
  const given = await importPrograms(programs, ['Reykjavík, Iceland=Atlantic/Reykjavik'])
  expect(given.stored?.shows).toMatchObject({ added: 1 })
})

test('a time zone that does not exist is refused', async () => {
  const { stored, problems } = await importPrograms([], ['Nowhere=Mars/Olympus'])
  expect(stored).toBeNull()
  expect(problems.list[0]).toMatchObject({ where: '--time-zone', found: '"Nowhere=Mars/Olympus"' })
})

test('names are turned round, intervals left out, marked titles put together, venue names kept as they are', async () => {
  const works = [
    work(),
    { ID: '0*', interval: 'Intermission', soloists: [] },
    work({
      workTitle: { _: 'Prologue to', em: ['A Mad Tea Party'] },
      soloists: [
        { soloistName: 'Ax, Emanuel', soloistInstrument: 'Piano', soloistRoles: 'S' },
        { soloistName: '' },
      ],
    }),
  ]
  const { problems } = await importPrograms([program('p1', [concert()], works)])
  const [event] = await rowsOf('event')
  expect(event.programme).toEqual([
    expect.objectContaining({
      composer: 'Wolfgang Amadeus Mozart',
      title: 'SYMPHONY NO. 40',
      conductor: 'Simone Young',
    }),
    expect.objectContaining({ title: 'A Mad Tea Party Prologue to', soloists: ['Emanuel Ax, Piano'] }),
  ])
  expect((await rowsOf('venue'))[0].name).toBe('Kölner Philharmonie')
  expect(problems.list.map(({ where, severity }) => `${severity} ${where}`)).toEqual([
    'repaired programs[0].works[2].workTitle',
    'skipped programs[0].works[2].soloists[1].soloistName',
  ])
})

test('a concert without a time is left out and reported; the others come', async () => {
  const { stored, problems } = await importPrograms([program('p1', [concert({ Time: 'None' }), concert()])])
  expect(stored?.shows.added).toBe(1)
  expect(problems.list).toEqual([
    expect.objectContaining({ where: 'programs[0].concerts[0].Time', found: '"None"' }),
  ])
})

test('importing twice changes nothing; a changed file changes what it changed', async () => {
  const twice = (Time: string) =>
    importPrograms([program('p1', [concert({ Time }), concert({ Date: '2025-05-21T04:00:00Z' })])])
  expect((await twice('8:00PM')).stored?.shows).toEqual({ added: 2, changed: 0, same: 0 })
  expect((await twice('8:00PM')).stored).toEqual({
    venues: { added: 0, changed: 0, same: 1 },
    events: { added: 0, changed: 0, same: 1 },
    shows: { added: 0, changed: 0, same: 2 },
  })
  expect((await twice('7:00PM')).stored?.shows).toEqual({ added: 0, changed: 1, same: 1 })
})

test.each<[what: string, programs: unknown, where: string]>([
  ['a time of another clock', [program('p1', [concert({ Time: '25:00' })])], 'programs[0].concerts[0].Time'],
  [
    'a date that is not midnight in New York',
    [program('p1', [concert({ Date: '2025-05-20T00:00:00Z' })])],
    'programs[0].concerts[0].Date',
  ],
  [
    'a date that does not exist',
    [program('p1', [concert({ Date: '2025-02-31T05:00:00Z' })])],
    'programs[0].concerts[0].Date',
  ],
  ['an id that came before', [program('p1', []), program('p1', [])], 'programs[1].id'],
  ['concerts that are no list', [{ ...program('p1', []), concerts: {} }], 'programs[0].concerts'],
  ['no programs', 'none', 'programs'],
])('%s is refused with its place, and nothing is stored', async (_what, programs, where) => {
  const { stored, problems } = await importEvents(postgres.pool, {
    file: fileOf({ programs }),
    timeZones: [],
  })
  expect(stored).toBeNull()
  expect(problems.list).toContainEqual(expect.objectContaining({ severity: 'error', where }))
  expect(await rowsOf('event')).toEqual([])
})
