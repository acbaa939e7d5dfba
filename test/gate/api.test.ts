/** The gate through the real API: who may use it, what it answers, and that nothing else gets out. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBundle } from '../../src/gate/bundle-format.ts'
import { printId } from '../../src/graphql/index.ts'
import { checkingKey, readGateKey } from '../../src/ticket/index.ts'
import { type ApiWorld, apiWorld, pick } from '../graphql/api-world.ts'

type Ask = ApiWorld['anonymous']
let world: ApiWorld
let door: { ask: Ask; token: string }
let house: { ask: Ask; token: string }
let showId: string
let nonces = 0

beforeAll(async () => {
  world = await apiWorld()
  door = await world.account('door', 'gate')
  house = await world.account('house', 'organiser')
  showId = printId('Show', world.hall.shows.onSale)
  await world.pool.query(`UPDATE show SET starts_at = now() + interval '1 hour' WHERE id = $1`, [
    world.hall.shows.onSale,
  ])
})
afterAll(() => world.close())

const nonce = () => `nonce-number-${++nonces}x`

/** A paid ticket for the next seat of the hall. */
let seats = 0
async function ticket(): Promise<{ id: string; code: string; seatNo: number }> {
  const [bookingId, id] = [randomUUID(), randomUUID()]
  const seatNo = seats++
  await world.pool.query(
    `WITH b AS (INSERT INTO booking (id, show_id, buyer_id, lock_id, state, request_hash, currency, total_minor)
                VALUES ($1, $2, $3, $3, 'CONFIRMED', '', 'EUR', 0))
     INSERT INTO ticket (id, booking_id, show_id, seat_no) VALUES ($4, $1, $2, $5)`,
    [bookingId, world.hall.shows.onSale, randomUUID(), id, seatNo],
  )
  return { id, seatNo, code: (await world.ticketing.codeOf(id)) ?? '' }
}

const scanTicket = `mutation($showId:ID!,$code:String!,$gate:String!,$device:String!,$nonce:String!,$move:ScanMove!,$scannedAt:DateTime){
  scanTicket(showId:$showId,code:$code,gate:$gate,device:$device,nonce:$nonce,move:$move,scannedAt:$scannedAt){
    __typename ...on ScanTicketOk{scan{id ticketId seatNo seatId label{text} move gate device scannedAt offline}}
    ...on Refusal{message code} ...on AlreadyUsed{scannedAt gate device} ...on WrongShow{title startsAt}
    ...on TooEarly{opensAt} ...on ShowOver{closedAt} ...on GateNotListed{gates} ...on WrongGate{gates}
    ...on UnknownKey{keyId} ...on RevokedKey{keyId} ...on ClockWrong{serverTime} ...on BadScanInput{argument}
    ...on RateLimited{retryAfterMs}}}`
const undoScan = `mutation($scanId:ID!,$device:String!){undoScan(scanId:$scanId,device:$device){
  __typename ...on UndoScanOk{scan{id}} ...on Refusal{code} ...on ScanNotUndone{reason}}}`
const syncScans = `mutation($showId:ID!,$device:String!,$sentAt:DateTime!,$scans:[OfflineScanInput!]!){
  syncScans(showId:$showId,device:$device,sentAt:$sentAt,scans:$scans){
    __typename ...on SyncScansOk{scans{nonce outcome standing entry{gate device scannedAt}}}
    ...on Refusal{message code} ...on ClockWrong{serverTime}}}`
const planGates = `mutation($showId:ID!,$gates:[GateInput!]!,$reEntry:Boolean!){
  planGates(showId:$showId,gates:$gates,reEntry:$reEntry){__typename
    ...on PlanGatesOk{gate{reEntry opensAt closesAt gates{name zones}}} ...on Refusal{message code}}}`
const showGate = `query($showId:ID!){showGate(showId:$showId){showId title venue timeZone startsAt opensAt closesAt
  isCancelled reEntry gates{name zones} bundlePath counts{tickets entered inside}}}`
const scanConflicts = `query($showId:ID!){scanConflicts(showId:$showId){ticketId seatNo label{text}
  entry{gate device} scans{kind scan{gate device offline}}}}`

const scan = (ask: Ask, code: string, more: Record<string, unknown> = {}) =>
  ask(scanTicket, { showId, code, gate: 'North', device: 'phone', nonce: nonce(), move: 'IN', ...more })
const typeOf = ({ data, errors }: Awaited<ReturnType<Ask>>) => {
  if (errors) throw new Error(JSON.stringify(errors))
  return String(Object.values(data as Record<string, { __typename: string }>)[0]?.__typename)
}

describe('who is not of the gate', () => {
  test('scans nothing, sees nothing, and gets no bundle', async () => {
    const { code } = await ticket()
    const guest = await world.guest()
    const customer = await world.account('eve', 'customer')
    for (const [who, expected] of [
      [{ ask: world.anonymous, token: '' }, 'NotSignedIn'],
      [guest, 'NotAllowed'],
      [customer, 'NotAllowed'],
    ] as const) {
      const sentAt = new Date().toISOString()
      expect(typeOf(await scan(who.ask, code))).toBe(expected)
      expect(typeOf(await who.ask(syncScans, { showId, device: 'x', sentAt, scans: [] }))).toBe(expected)
      expect(typeOf(await who.ask(planGates, { showId, gates: [], reEntry: true }))).toBe(expected)
      const scanId = printId('GateScan', randomUUID())
      expect(typeOf(await who.ask(undoScan, { scanId, device: 'x' }))).toBe(expected)
      for (const query of [showGate, scanConflicts, '{gateShows{title}}']) {
        const { data, errors } = await who.ask(query, { showId })
        expect(Object.values(data ?? {}).filter(Boolean)).toEqual([])
        expect(errors?.[0]?.extensions.code).toMatch(/^NOT_/)
      }
      expect((await bundle(who.token)).status).toBe(403)
    }
    expect(typeOf(await scan(door.ask, code))).toBe('ScanTicketOk')
  })

  test('at the gate does not plan gates nor see conflicts: organisers do', async () => {
    expect(typeOf(await door.ask(planGates, { showId, gates: [], reEntry: true }))).toBe('NotAllowed')
    const { errors } = await door.ask(scanConflicts, { showId })
    expect(errors?.[0]?.extensions.code).toBe('NOT_ALLOWED')
  })
})

describe('a gate', () => {
  test('lets in with the seat’s name, and tells the second when and where the first was', async () => {
    const { code, seatNo, id } = await ticket()
    const first = await scan(door.ask, code)
    expect(pick(first.data, 'scanTicket.scan')).toMatchObject({
      ...{
        ticketId: printId('Ticket', id),
        seatNo,
        move: 'IN',
        gate: 'North',
        device: 'phone',
        offline: false,
      },
      label: { text: expect.stringMatching(/^stalls, row A, seat \d+$/i) },
    })
    const second = await scan(door.ask, code, { device: 'other', gate: 'South' })
    expect(pick(second.data, 'scanTicket')).toMatchObject({
      ...{ __typename: 'AlreadyUsed', code: 'ALREADY_USED', gate: 'North', device: 'phone' },
      scannedAt: pick(first.data, 'scanTicket.scan.scannedAt'),
    })
  })

  test('gets the same answer for a repeated nonce', async () => {
    const { code } = await ticket()
    const mine = { nonce: nonce() }
    const first = await scan(door.ask, code, mine)
    expect(await scan(door.ask, code, mine)).toEqual(first)
    const { code: other } = await ticket()
    expect(typeOf(await scan(door.ask, other, mine))).toBe('KeyReused')
  })

  test('is told what is wrong: whatever stands on the paper, and whatever the device sends', async () => {
    const { code } = await ticket()
    const sent = {
      NoTicketCode: { code: '4111 1111 1111 1111' },
      ForgedTicket: { code: code.slice(0, 60) + (code[60] === 'A' ? 'B' : 'A') + code.slice(61) },
      UnknownKey: { code: `RL1:${'A'.repeat(168)}` },
      BadScanInput: { gate: '' },
      ClockWrong: { scannedAt: '2026-01-01T00:00:00Z' },
      WrongShow: { showId: printId('Show', world.hall.shows.inYen) },
      ShowNotFound: { showId: printId('Show', 999_999) },
      BadId: { showId: 'nonsense' },
      NoReEntry: { move: 'OUT' },
    }
    for (const [expected, more] of Object.entries(sent)) {
      expect(typeOf(await scan(door.ask, code, more))).toBe(expected)
    }
    expect(world.logged()).not.toContain('4111')
    expect(typeOf(await scan(door.ask, code))).toBe('ScanTicketOk')
  })

  test('takes back a scan, once', async () => {
    const { code } = await ticket()
    const scanId = pick((await scan(door.ask, code)).data, 'scanTicket.scan.id')
    for (let times = 0; times < 2; times++) {
      expect(typeOf(await door.ask(undoScan, { scanId, device: 'phone' }))).toBe('UndoScanOk')
    }
    expect(typeOf(await scan(door.ask, code))).toBe('ScanTicketOk')
    expect(typeOf(await door.ask(undoScan, { scanId: showId, device: 'phone' }))).toBe('BadId')
    const none = printId('GateScan', randomUUID())
    expect(typeOf(await door.ask(undoScan, { scanId: none, device: 'phone' }))).toBe('ScanNotFound')
  })

  test('that comes back from being offline hands over its scans, and the organiser sees the duplicate', async () => {
    const { code, seatNo } = await ticket()
    await scan(door.ask, code, { gate: 'South', device: 'online' })
    const scannedAt = new Date(Date.now() - 600_000).toISOString()
    const scans = [{ code, gate: 'North', nonce: nonce(), move: 'IN', scannedAt }]
    const sentAt = new Date().toISOString()
    const { data } = await door.ask(syncScans, { showId, device: 'offline', sentAt, scans })
    expect(pick(data, 'syncScans.scans')).toMatchObject([{ outcome: 'COUNTS', standing: 'CURRENT' }])
    const conflicts = pick((await house.ask(scanConflicts, { showId })).data, 'scanConflicts')
    expect((conflicts as { seatNo: number }[]).find((one) => one.seatNo === seatNo)).toMatchObject({
      entry: { gate: 'North', device: 'offline' },
      scans: [{ kind: 'DUPLICATE', scan: { gate: 'South', device: 'online', offline: false } }],
    })
    const late = await door.ask(syncScans, { showId, device: 'offline', sentAt: scannedAt, scans })
    expect(pick(late.data, 'syncScans')).toMatchObject({ __typename: 'ClockWrong' })
  })

  test('hands over two hundred scans in one request of ordinary size, and is refused one more', async () => {
    const { code } = await ticket()
    const sentAt = new Date().toISOString()
    const scans = Array.from({ length: 200 }, () => ({
      ...{ code, gate: 'A gate with a name of forty characters k', nonce: `${nonce()}-${'n'.repeat(30)}` },
      scannedAt: sentAt,
    }))
    const send = (more: typeof scans) =>
      door.ask(syncScans, { showId, device: 'd'.repeat(64), sentAt, scans: [...scans, ...more] })
    const { data, errors } = await send([])
    expect(errors).toBeUndefined()
    const outcomes = (pick(data, 'syncScans.scans') as { outcome: string }[]).map(({ outcome }) => outcome)
    expect(outcomes.filter((outcome) => outcome === 'COUNTS')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'DUPLICATE')).toHaveLength(199)
    expect(typeOf(await send([{ ...scans[0], nonce: nonce() } as (typeof scans)[0]]))).toBe('BadScanInput')
  })

  test('sees the shows it can choose, and how many have come', async () => {
    const { data } = await door.ask('{gateShows{showId title}}')
    expect(pick(data, 'gateShows')).toContainEqual({ showId, title: 'Winter Concert' })
    const { data: seen } = await door.ask(showGate, { showId })
    expect(seen).toMatchObject({
      showGate: { title: 'Winter Concert', reEntry: false, gates: [], isCancelled: false },
    })
    expect(pick(seen, 'showGate.counts.entered')).toBeGreaterThan(0)
    expect((await door.ask(showGate, { showId: printId('Show', 999_999) })).data).toEqual({ showGate: null })
  })

  test('is planned by the house: zones that the plan has, and none other', async () => {
    const gates = [{ name: 'North', zones: ['stalls'] }]
    const planned = await house.ask(planGates, { showId, gates, reEntry: true })
    expect(planned.data).toMatchObject({ planGates: { gate: { reEntry: true, gates } } })
    const bad = [{ name: 'North', zones: ['cellar'] }]
    expect(typeOf(await house.ask(planGates, { showId, gates: bad, reEntry: true }))).toBe('BadGatePlan')
    const { code } = await ticket()
    expect(typeOf(await scan(door.ask, code, { gate: 'West' }))).toBe('GateNotListed')
    expect(typeOf(await scan(door.ask, code))).toBe('ScanTicketOk')
    expect(typeOf(await scan(door.ask, code, { move: 'OUT' }))).toBe('ScanTicketOk')
    expect(typeOf(await house.ask(planGates, { showId, gates: [], reEntry: false }))).toBe('PlanGatesOk')
  })
})

describe('the bundle', () => {
  test('is fetched with the token of a gate, and lets a device check codes alone', async () => {
    const { id } = await ticket()
    const answer = await bundle(door.token)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/vnd.rowlock.gate-bundle')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const bytes = new Uint8Array(await answer.arrayBuffer())
    const keys = (await world.ticketing.gateKeys()).flatMap((one) =>
      one.state === 'revoked' ? [] : [checkingKey(readGateKey(one.key))],
    )
    const read = await readBundle(bytes, keys, 1_000_000)
    expect(read.show).toMatchObject({ id: world.hall.shows.onSale, title: 'Winter Concert' })
    expect(read.seats).toHaveLength(world.hall.seatCount)
    expect(JSON.stringify(read)).not.toContain(id)
  })

  test('of what is no show, or with a token that is none, is refused', async () => {
    expect((await bundle(door.token, printId('Show', 999_999))).status).toBe(404)
    expect((await bundle(door.token, 'nonsense')).status).toBe(400)
    expect((await bundle('nonsense')).status).toBe(401)
  })
})

test('who scans more than a hundred a second is told to wait, and queues of people are not', async () => {
  const mine = await apiWorld({ rates: { gate_scan: { points: 3, windowS: 60 } } })
  try {
    const { ask } = await mine.account('door', 'gate')
    const args = { showId: printId('Show', mine.hall.shows.onSale), code: 'x', gate: 'N', device: 'd' }
    const types = []
    for (let at = 0; at < 5; at++) {
      types.push(typeOf(await ask(scanTicket, { ...args, nonce: nonce(), move: 'IN' })))
    }
    expect(types).toEqual(['NoTicketCode', 'NoTicketCode', 'NoTicketCode', 'RateLimited', 'RateLimited'])
    await mine.cutDatabase()
    const other = await mine.account('other door', 'gate')
    const code = `RL1:${'A'.repeat(168)}`
    expect(typeOf(await other.ask(scanTicket, { ...args, code, nonce: nonce(), move: 'IN' }))).toBe(
      'TryAgain',
    )
  } finally {
    await mine.close()
  }
})

function bundle(token: string, show = showId): Promise<Response> {
  return fetch(`${world.url}/v1/shows/${encodeURIComponent(show)}/gate-bundle`, {
    headers: token ? { authorization: `Bearer ${token}` } : {},
  })
}
