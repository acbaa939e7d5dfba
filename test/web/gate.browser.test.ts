/** The page at the door in a real browser: a QR code before the camera, the network gone and back, a reload without it. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { printId } from '../../src/graphql/index.ts'
import { seedDemo } from '../../src/operate/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { createSealer, readSealingKeys } from '../../src/platform/sealed.ts'
import { openTicketing } from '../../src/ticket/index.ts'
import { startBrowser } from '../world/browser.ts'
import { postGraphql } from '../world/buyer.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld, worldSecrets } from '../world/rowlock.ts'
import { buildWebPages } from '../world/web-pages.ts'
import { cameraFilm } from './camera-film.ts'

const ticketsMade = 20
let world: RowlockWorld
let api: ApiProcess
let browser: Browser
let show: { id: number; title: string }
let codes: string[] = []
/** The next code that no test has used. */
const freshCode = () => codes.shift() ?? ''
let filmed = ''

beforeAll(async () => {
  world = await rowlockWorld()
  await prepareShow(world.database.url)
  filmed = freshCode()
  const film = join(inject('runFolder'), 'camera.y4m')
  writeFileSync(film, cameraFilm([filmed], 3))
  const [webDist, started] = await Promise.all([
    buildWebPages(),
    startBrowser([
      ...['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
      `--use-file-for-fake-video-capture=${film}`,
    ]),
  ])
  browser = started
  api = await world.api({ WEB_DIST: webDist, DEV_ISSUER: 'on' })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await world?.close()
})

/** A show of the demo that begins soon, with paid tickets. */
async function prepareShow(url: string): Promise<void> {
  const postgres = openPostgres({ ...postgresDefaults, url }, () => {})
  const { pool } = postgres
  try {
    await seedDemo(pool, new Date())
    const { rows } = await pool.query<{ id: number; title: string }>(
      `UPDATE show s SET starts_at = now() + interval '1 hour' FROM event e
        WHERE e.id = s.event_id AND s.id = (SELECT min(show_id) FROM show_ledger) RETURNING s.id, e.title`,
    )
    show = rows[0] ?? { id: 0, title: '' }
    const [bookingId, buyerId] = [randomUUID(), randomUUID()]
    await pool.query(
      `INSERT INTO booking (id, show_id, buyer_id, lock_id, state, request_hash, currency, total_minor)
       VALUES ($1, $2, $3, $3, 'CONFIRMED', '', 'EUR', 0)`,
      [bookingId, show.id, buyerId],
    )
    const ids = Array.from({ length: ticketsMade }, () => randomUUID())
    await pool.query(
      `INSERT INTO ticket (id, booking_id, show_id, seat_no)
       SELECT id, $2, $3, ordinality - 1 FROM unnest($1::uuid[]) WITH ORDINALITY AS t (id)`,
      [ids, bookingId, show.id],
    )
    const sealer = createSealer(readSealingKeys(worldSecrets.DATA_KEYS))
    const ticketing = openTicketing({ pool, sealer, clock: systemClock, randomBytes })
    codes = [...(await ticketing.codesOf(ids)).values()]
  } finally {
    await postgres.close()
  }
}

interface Device {
  page: Page
  context: BrowserContext
  problems: string[]
  /** What the browser says of a network that is away, among others. */
  complaints: string[]
}

const devices: Device[] = []

async function newDevice(): Promise<Device> {
  const context = await browser.newContext({ viewport: { width: 420, height: 900 } })
  const page = await context.newPage()
  const device: Device = { page, context, problems: [], complaints: [] }
  page.setDefaultTimeout(15_000)
  page.on('console', (message) => {
    if (message.type() === 'error') device.complaints.push(message.text())
  })
  page.on('pageerror', (error) => device.problems.push(String(error)))
  devices.push(device)
  return device
}

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await showWhatTheySaw()
  for (const { context } of devices.splice(0)) await context.close()
})

async function showWhatTheySaw(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rowlock-gate-'))
  for (const [index, { page, problems, complaints }] of devices.entries()) {
    const path = join(folder, `device-${index + 1}.png`)
    await page.screenshot({ path, fullPage: true }).catch(() => {})
    console.error(`Device ${index + 1} at ${page.url()} saw ${path}`, problems, complaints)
  }
}

async function tokenOf(role: string): Promise<string> {
  const answer = await fetch(`${api.url}/dev/token/${role}`)
  return ((await answer.json()) as { token: string }).token
}

/** A device that was signed in and stands at a gate, ready to work without network. */
async function atGate(gate: string): Promise<Device> {
  const device = await newDevice()
  await signIn(device, gate)
  return device
}

async function signIn({ page }: Device, gate: string): Promise<void> {
  await page.goto(`${api.url}/gate`)
  await page.getByLabel('Token').fill(await tokenOf('gate'))
  await page.getByRole('button', { name: 'Sign in' }).click()
  const choice = page.getByLabel('Show')
  await choice.selectOption(printId('Show', show.id))
  await page.getByLabel('Gate').fill(gate)
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.locator('[data-network="online"]').waitFor()
  await page.getByText('Ready to work without network').waitFor()
  await page.locator('[data-kept="true"]').waitFor()
}

async function type({ page }: Device, code: string): Promise<void> {
  await page.getByLabel('Code', { exact: true }).fill(code)
  await page.getByRole('button', { name: 'Check' }).click()
}

async function answers({ page }: Device, title: string, detail = ''): Promise<void> {
  const card = page.getByRole('region', { name: 'Answer' })
  await card.locator('.gate-title', { hasText: title }).waitFor()
  if (detail) await card.locator('.gate-detail', { hasText: detail }).waitFor()
}

async function figure({ page }: Device, name: string, value: string): Promise<void> {
  await page.locator('.gate-status div', { hasText: name }).locator('dd', { hasText: value }).waitFor()
}

test('a ticket before the camera is let in, and held up again it is told to be used', async () => {
  const device = await atGate('North')
  await device.page.getByRole('button', { name: 'Start the camera' }).click()
  await answers(device, 'Come in')
  await answers(device, 'Already used', 'by North')
  await figure(device, 'Let in here', '1')
  expect(device.problems).toEqual([])
}, 60_000)

test('codes are typed, in small letters too; a second gate sees when and where the first was', async () => {
  const [north, south] = await Promise.all([atGate('North'), atGate('South')])
  const code = freshCode()
  await type(north, code.toLowerCase())
  await answers(north, 'Come in')
  await type(south, code)
  await answers(south, 'Already used', 'by North')
  await type(south, code.slice(0, 50) + (code[50] === 'A' ? 'B' : 'A') + code.slice(51))
  await answers(south, 'Forged')
  await type(south, 'hello')
  await answers(south, 'No ticket')
  expect([...north.problems, ...south.problems]).toEqual([])
}, 60_000)

test('without network it decides alone, survives a reload, and tells all when the network is back', async () => {
  const [north, south] = await Promise.all([atGate('North'), atGate('South')])
  const [known, twice, alone] = [freshCode(), freshCode(), freshCode()]
  await type(north, known)
  await answers(north, 'Come in')

  await north.context.setOffline(true)
  await north.page.locator('[data-network="offline"]').waitFor()
  await type(north, known)
  await answers(north, 'Already used')
  await type(north, twice)
  await answers(north, 'Come in')
  await north.page.getByText('Decided without the server').waitFor()
  await figure(north, 'Still to be told', '1')

  await north.page.reload()
  await north.page.locator('[data-network="offline"]').waitFor()
  await figure(north, 'Still to be told', '1')
  await type(north, twice)
  await answers(north, 'Already used')
  await type(north, alone)
  await answers(north, 'Come in')
  await figure(north, 'Still to be told', '2')

  // The other gate has network and cannot know.
  await type(south, twice)
  await answers(south, 'Come in')

  await north.context.setOffline(false)
  await north.page.locator('[data-network="online"]').waitFor()
  await figure(north, 'Still to be told', '0')
  await type(south, alone)
  await answers(south, 'Already used', 'by North')
  const { data } = await postGraphql<{ scanConflicts: unknown[] }>(
    api.url,
    `query($showId:ID!){scanConflicts(showId:$showId){entry{gate} scans{kind scan{gate offline}}}}`,
    { showId: printId('Show', show.id) },
    await tokenOf('organiser'),
  )
  expect(data.scanConflicts).toEqual([
    { entry: { gate: 'North' }, scans: [{ kind: 'DUPLICATE', scan: { gate: 'South', offline: false } }] },
  ])
  expect(north.problems).toEqual([])
}, 90_000)

test('an answer can be taken back, with network and without, and the ticket is good again', async () => {
  const device = await atGate('North')
  const [first, second] = [freshCode(), freshCode()]
  await type(device, first)
  await answers(device, 'Come in')
  await device.page.getByRole('button', { name: 'Take back' }).click()
  await answers(device, 'Taken back')
  await figure(device, 'Still to be told', '0')
  await type(device, first)
  await answers(device, 'Come in')

  await device.context.setOffline(true)
  await device.page.locator('[data-network="offline"]').waitFor()
  await type(device, second)
  await answers(device, 'Come in')
  await device.page.getByRole('button', { name: 'Take back' }).click()
  await answers(device, 'Taken back')
  await type(device, second)
  await answers(device, 'Come in')
  await device.context.setOffline(false)
  await figure(device, 'Still to be told', '0')
  const { rows } = await world.query(
    `SELECT move, count(*)::int FROM gate_scan WHERE device =
       (SELECT device FROM gate_scan ORDER BY received_at DESC LIMIT 1) GROUP BY move ORDER BY move`,
  )
  expect(rows).toEqual([
    { move: 'in', count: 4 },
    { move: 'undo', count: 2 },
  ])
}, 60_000)

test('an answer that is lost on its way is decided alone and counted once', async () => {
  const device = await atGate('North')
  const [lost, next] = [freshCode(), freshCode()]
  const reached: string[] = []
  await device.page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('mutation ScanTicket')) return route.continue()
    await route.fetch()
    reached.push('server')
    return route.abort()
  })
  await type(device, lost)
  await answers(device, 'Come in')
  await device.page.getByText('Decided without the server').waitFor()
  await device.page.unroute('**/graphql')
  await figure(device, 'Still to be told', '0')
  await figure(device, 'Let in here', '1')
  expect(reached).toEqual(['server'])
  const { rows } = await world.query(
    `SELECT count(*)::int AS scans, count(DISTINCT ticket_id)::int AS tickets, bool_or(offline) AS offline
       FROM gate_scan WHERE device = (SELECT device FROM gate_scan ORDER BY received_at DESC LIMIT 1)`,
  )
  expect(rows).toEqual([{ scans: 1, tickets: 1, offline: false }])
  await device.page.locator('[data-network="online"]').waitFor()
  await type(device, next)
  await answers(device, 'Come in')
}, 60_000)

test('a device whose clock is ten minutes slow lets in, and tells the right time', async () => {
  const device = await newDevice()
  await device.page.addInitScript(`{ const now = Date.now; Date.now = () => now() - 600_000 }`)
  await signIn(device, 'North')
  await type(device, freshCode())
  await answers(device, 'Come in')
  await device.context.setOffline(true)
  await device.page.locator('[data-network="offline"]').waitFor()
  await type(device, freshCode())
  await answers(device, 'Come in')
  await device.context.setOffline(false)
  await figure(device, 'Still to be told', '0')
  const { rows } = await world.query(
    `SELECT abs(extract(epoch FROM received_at - scanned_at)) < 30 AS right FROM gate_scan
      ORDER BY received_at DESC LIMIT 2`,
  )
  expect(rows).toEqual([{ right: true }, { right: true }])
}, 60_000)

test('gates that are listed are offered, and where one may come in again, one is scanned out and in', async () => {
  const plan = async (gates: object[], reEntry: boolean) => {
    const { data } = await postGraphql<{ planGates: { __typename: string } }>(
      api.url,
      `mutation($showId:ID!,$gates:[GateInput!]!,$reEntry:Boolean!){
         planGates(showId:$showId,gates:$gates,reEntry:$reEntry){__typename}}`,
      { showId: printId('Show', show.id), gates, reEntry },
      await tokenOf('organiser'),
    )
    expect(data.planGates.__typename).toBe('PlanGatesOk')
  }
  await plan([{ name: 'Stage door', zones: [] }], true)
  const device = await newDevice()
  const { page } = device
  await page.goto(`${api.url}/gate#token=${await tokenOf('gate')}`)
  await page.getByLabel('Show').selectOption(printId('Show', show.id))
  await page.getByLabel('Gate').selectOption('Stage door')
  await page.getByRole('button', { name: 'Begin' }).click()
  expect(page.url()).not.toContain('token')
  const code = freshCode()
  await page.getByText('Ready to work without network').waitFor()
  await type(device, code)
  await answers(device, 'Come in')
  await page.getByLabel('Out', { exact: true }).check()
  await type(device, code)
  await answers(device, 'Out')
  await figure(device, 'Inside now', '')
  await type(device, code)
  await answers(device, 'Not inside')
  await page.getByLabel('In', { exact: true }).check()
  await device.context.setOffline(true)
  await page.locator('[data-network="offline"]').waitFor()
  await type(device, code)
  await answers(device, 'Come in')
  await type(device, code)
  await answers(device, 'Already used', 'by Stage door')
  await plan([], false)
}, 60_000)

test('a browser is one gate: a second tab says so, and takes over when the first is closed', async () => {
  const device = await atGate('North')
  const second = await device.context.newPage()
  await second.goto(`${api.url}/gate`)
  await second.getByText('Another tab of this browser is a gate already').waitFor()
  await device.page.close()
  await second.reload()
  await second.locator('[data-network="online"]').waitFor()
}, 60_000)

test('who is not of the gate does not get in', async () => {
  const { page } = await newDevice()
  await page.goto(`${api.url}/gate`)
  await page.getByLabel('Token').fill(await tokenOf('customer'))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').getByText('not of an account of the gate').waitFor()
})
