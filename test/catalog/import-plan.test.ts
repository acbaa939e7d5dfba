import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCatalog } from '../../src/catalog/index.ts'
import { importPlan } from '../../src/operate/index.ts'
import { openPostgres, type Postgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { type FreshDatabase, freshDatabase } from '../world/postgres.ts'
import { fileOf, plan, row, seat } from './small-files.ts'

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

const importFile = (key: string, content: unknown, repairDuplicateSeatIds = false) =>
  importPlan(postgres.pool, { file: fileOf(content), key, repairDuplicateSeatIds })

async function layoutOf(planVersionId: number | undefined) {
  const [found] = await openCatalog(postgres.pool).findPlans([planVersionId ?? 0])
  if (!found) throw new Error('The version is not there')
  return found
}

const versionsOf = async (key: string) =>
  (
    await postgres.pool.query(
      'SELECT version FROM plan_version v JOIN seating_plan p ON p.id = v.plan_id WHERE p.key = $1',
      [key],
    )
  ).rowCount

test('a seat stands where zone, row and seat together say, without the noise of floats', async () => {
  const { stored } = await importFile('places', plan([row('A', [seat('A-1', '1', 0.30000000000000004)])]))
  const { layout } = await layoutOf(stored?.planVersionId)
  expect(layout.seats).toEqual([
    expect.objectContaining({
      seatId: 'A-1',
      zone: 'Ground',
      row: 'A',
      number: '1',
      x: 80.3,
      y: 15.5,
      seatNo: 0,
    }),
  ])
  expect(layout.zones).toEqual([{ key: 'Ground', name: 'Ground floor' }])
})

test('strict: every second use of a seat id is named with its place and the first one, and nothing is stored', async () => {
  const file = plan([row('A', [seat('A-1', '1', 0), seat('A-1', '2', 25)]), row('A', [seat('A-1', '1', 0)])])
  const { stored, problems } = await importFile('duplicates', file)
  expect(stored).toBeNull()
  expect(problems.list.filter(({ severity }) => severity === 'error')).toEqual([
    expect.objectContaining({
      where: 'zones[0].rows[0].seats[1].seat_guid',
      expected: 'an id of its own; zones[0].rows[0].seats[0].seat_guid has this one',
      found: '"A-1"',
    }),
    expect.objectContaining({ where: 'zones[0].rows[1].seats[0].seat_guid' }),
  ])
  expect(problems.hints.join()).toContain('1 seat ids are used more than once, by 3 seats')
  expect(await versionsOf('duplicates')).toBe(0)
})

test('repair: all but the first seat of an id get a fresh one, the same every time, and each is reported', async () => {
  const file = plan([row('A', [seat('A-1', '1', 0), seat('A-1', '2', 25), seat('A-1', '3', 50)])])
  const first = await importFile('repair', file, true)
  expect(first.problems.list.filter(({ severity }) => severity === 'repaired')).toHaveLength(2)
  const { layout } = await layoutOf(first.stored?.planVersionId)
  expect(layout.seats.map(({ seatId }) => seatId)).toEqual(['A-1', 'A-1~2', 'A-1~3'])
  expect((await importFile('repair', file, true)).stored).toMatchObject({ changed: false, version: 1 })
})

test('importing twice changes nothing', async () => {
  const file = plan([row('A', [seat('A-1', '1', 0), seat('A-2', '2', 25)])])
  expect((await importFile('twice', file)).stored).toMatchObject({ changed: true, version: 1, added: 2 })
  expect((await importFile('twice', file)).stored).toMatchObject({ changed: false, version: 1 })
  expect(await versionsOf('twice')).toBe(1)
})

test('a new revision keeps the seat numbers of the seats it keeps, and gives no number twice', async () => {
  await importFile(
    'revision',
    plan([row('A', [seat('A-1', '1', 0), seat('A-2', '2', 25), seat('A-3', '3', 50)])]),
  )
  const revised = plan([row('A', [seat('A-9', '9', 0), seat('A-3', '3', 75), seat('A-1', '1', 50)])])
  const { stored } = await importFile('revision', revised)
  expect(stored).toMatchObject({ version: 2, added: 1, kept: 2, vanished: 1, seatCount: 4 })
  const second = await layoutOf(stored?.planVersionId)
  expect(['A-1', 'A-3', 'A-9', 'A-2'].map((id) => second.seatNoOf(id))).toEqual([0, 2, 3, undefined])
  const back = await importFile('revision', plan([row('A', [seat('A-2', '2', 0), seat('A-9', '9', 25)])]))
  const third = await layoutOf(back.stored?.planVersionId)
  expect(['A-2', 'A-9'].map((id) => third.seatNoOf(id))).toEqual([1, 3])
})

test('an area with a capacity is sold, one without is drawn, and wheelchair places are known', async () => {
  const areas = [
    {
      shape: 'rectangle',
      position: { x: 0, y: 0 },
      rectangle: { width: 10, height: 5 },
      text: { text: 'Stage' },
    },
    {
      ...{ shape: 'circle', position: { x: 50, y: 50 }, circle: { radius: 20 }, rotation: 45 },
      ...{ name: 'Floor', capacity: 30, category: 'Stalls' },
    },
  ]
  const file = plan([row('A', [seat('A-1', '1', 0, { wheelchair: true, radius: 8 })])], { areas })
  const { stored } = await importFile('areas', file)
  const { layout } = await layoutOf(stored?.planVersionId)
  expect(layout.seats[0]).toMatchObject({ traits: ['wheelchair'], radius: 8 })
  expect(layout.areas).toEqual([expect.objectContaining({ key: 'floor', name: 'Floor', places: [[1, 31]] })])
  expect(layout.decorations).toEqual([expect.objectContaining({ label: 'Stage' })])
})

test('what is not understood is reported and not dropped in silence', async () => {
  const file = plan([row('A', [seat('A-1', '1', 0, { armrest: 'left' })])], { venue_sponsor: 'nobody' })
  const { stored, problems } = await importFile('unknown', file)
  expect(stored).toMatchObject({ version: 1 })
  expect(problems.unknownKeys().map(({ where }) => where)).toEqual([
    'venue_sponsor',
    'zones[].rows[].seats[].armrest',
  ])
  expect(problems.list.map(({ expected }) => expected)).toEqual([
    'a seat in category "Nobody sits here"; it has none',
  ])
})

test.each<[what: string, content: unknown, where: string, expected: string]>([
  ['no JSON', 'seats: 12', 'the file', 'JSON'],
  ['nothing', '', 'the file', 'JSON'],
  ['half a file', JSON.stringify(plan([])).slice(0, 60), 'the file', 'JSON'],
  ['no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'the file', 'text in UTF-8'],
  ['a list', [], 'the file', 'an object'],
  ['no zones', { ...plan([]), zones: 7 }, 'zones', 'a list'],
  [
    'a number as an id',
    plan([row('A', [seat('A-1', '1', 0, { seat_guid: 7 })])]),
    'zones[0].rows[0].seats[0].seat_guid',
    'a text',
  ],
  [
    'an endless id',
    plan([row('A', [seat('x'.repeat(101), '1', 0)])]),
    'zones[0].rows[0].seats[0].seat_guid',
    'at most 100',
  ],
  [
    'a NUL',
    plan([row('A', [seat('A\u00001', '1', 0)])]),
    'zones[0].rows[0].seats[0].seat_guid',
    'control characters',
  ],
  [
    'an unknown category',
    plan([row('A', [seat('A-1', '1', 0, { category: 'Gold' })])]),
    'zones[0].rows[0].seats[0].category',
    'one of the plan',
  ],
  [
    'a position of text',
    plan([row('A', [seat('A-1', '1', 0, { position: { x: 'left', y: 0 } })])]),
    'zones[0].rows[0].seats[0].position.x',
    'a number',
  ],
  ['a sheet without width', plan([], { size: { width: 0, height: 5 } }), 'size.width', 'above 0'],
  [
    'half a person',
    plan([], {
      areas: [
        {
          shape: 'rectangle',
          position: { x: 0, y: 0 },
          rectangle: { width: 1, height: 1 },
          capacity: 1.5,
          category: 'Stalls',
        },
      ],
    }),
    'zones[0].areas[0].capacity',
    'a whole number',
  ],
  [
    'a crowd',
    plan([], {
      areas: [
        {
          shape: 'rectangle',
          position: { x: 0, y: 0 },
          rectangle: { width: 1, height: 1 },
          capacity: 100_001,
          category: 'Stalls',
        },
      ],
    }),
    'zones[0].areas[0].capacity',
    'at most 100000',
  ],
])(
  '%s is refused with its place and what was expected, and nothing is stored',
  async (_what, content, where, expected) => {
    const { stored, problems } = await importFile('bad', content)
    expect(stored).toBeNull()
    expect(problems.list).toContainEqual(
      expect.objectContaining({ severity: 'error', where, expected: expect.stringContaining(expected) }),
    )
    expect(await versionsOf('bad')).toBe(0)
  },
)

test('a file of 100 MB is refused by its size, before it is read', async () => {
  const { stored, problems } = await importFile('huge', Buffer.alloc(100_000_000, ' '))
  expect(stored).toBeNull()
  expect(problems.list[0]).toMatchObject({ expected: 'a file of at most 20 MB', found: '"100.0 MB"' })
})

test('a file with more problems than anyone reads lists the first thousand and counts the rest', async () => {
  const seats = Array.from({ length: 1_500 }, (_, index) => seat(`A-${index}`, '1', 0, { category: 'Gold' }))
  const { problems } = await importFile('many', plan([row('A', seats)]))
  expect(problems.counts.error).toBe(1_500)
  expect(problems.list).toHaveLength(1_000)
  expect(problems.unlisted).toBeGreaterThanOrEqual(500)
})
