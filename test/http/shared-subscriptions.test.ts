/** Equal subscriptions are executed once, on the real port with the real hub; whatever they do, nothing is left of them. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { printId } from '../../src/graphql/index.ts'
import type { Live, LiveLimits } from '../../src/live/index.ts'
import { parseFrame, type StatusLetter } from '../../src/seating/index.ts'
import { type HubWorld, hubWorld } from '../live/hub-world.ts'
import { ModelViewer } from '../live/model-viewer.ts'
import { type HttpWorld, httpWorld } from './http-world.ts'

const watch = 'subscription($id:ID!){seatStatusChanged(showId:$id){epoch after seq changes}}'
const show = 1
const id = printId('Show', show)

let hubs: HubWorld
let live: Live
let world: HttpWorld
beforeAll(async () => {
  hubs = await hubWorld()
})
beforeEach(() => open())
afterEach(async () => {
  await world.close()
  await hubs.reset()
})
afterAll(() => hubs.close())

async function open(limits: Partial<LiveLimits> = {}) {
  await world?.close()
  live = hubs.hub({ heartbeatMs: 3_600_000, ...limits })
  // It asks where its shows stand when it connects; here nobody shall be told twice.
  await expect.poll(() => live.stats().connected).toBe(true)
  world = await httpWorld({
    deps: {
      catalog: { findShows: async () => [{ id: show, planVersionId: 1, priceListId: 1 }] } as never,
      seating: {
        readMap: async () => ({ showId: show, epoch: 1, seq: 0, statuses: 'a', stale: false }),
      } as never,
      live,
    },
  })
}

type Viewer = ReturnType<HttpWorld['socket']>
interface Frame {
  epoch: number
  after: number
  seq: number
  changes: string
}

async function viewer(token?: string): Promise<Viewer> {
  const socket = world.socket()
  await socket.init(token ? { authorization: `Bearer ${token}` } : undefined)
  return socket
}

async function watching(subscription = '1', query = watch): Promise<Viewer> {
  const socket = await viewer()
  socket.subscribe(subscription, query, { id })
  expect(await socket.next()).toMatchObject({ type: 'next', id: subscription })
  return socket
}

/** The next message with a change; a greeting, which has none, may come twice. */
async function changed(socket: Viewer) {
  for (;;) {
    const message = await socket.next()
    if (!/"seq":0\b/.test(JSON.stringify(message))) return message
  }
}

async function frameOf(socket: Viewer): Promise<Frame> {
  const { payload } = await changed(socket)
  return (payload as { data: { seatStatusChanged: Frame } }).data.seatStatusChanged
}

const nothingIsLeft = () =>
  expect
    .poll(() => live.stats(), { timeout: 5_000, interval: 10 })
    .toMatchObject({
      ...{ watchers: 0, shows: 0, operations: 0, alone: 0 },
    })

let seq = 0
beforeEach(() => {
  seq = 0
})
const change = (changes: string) => hubs.change(show, ++seq, changes)

test('fifty viewers of the same are one operation, and each gets every frame under its own id', async () => {
  const ids = Array.from({ length: 50 }, (_, n) => (n % 2 ? `${n}` : `"${n}\u00e9\ud83d\ude00\\`))
  const viewers = await Promise.all(ids.map((each) => watching(each)))
  expect(live.stats()).toMatchObject({ watchers: 50, operations: 1, alone: 0 })
  await change('3l12b')
  for (const [n, each] of viewers.entries()) {
    expect(await changed(each)).toEqual({
      ...{ id: ids[n], type: 'next' },
      payload: { data: { seatStatusChanged: { epoch: 1, after: 0, seq: 1, changes: '3l12b' } } },
    })
  }
  for (const each of viewers) each.close()
  await nothingIsLeft()
})

test('any valid selection works, and each distinct one is an operation of its own', async () => {
  const socket = await viewer()
  const query =
    'subscription($id:ID!,$deep:Boolean!){it:seatStatusChanged(showId:$id){...F __typename}} ' +
    'fragment F on SeatFrame{showId seq seats @include(if:$deep){seatNo status}}'
  socket.subscribe('deep', query, { id, deep: true })
  await socket.next()
  socket.subscribe('flat', query, { id, deep: false })
  await socket.next()
  const plain = await watching()
  expect(live.stats()).toMatchObject({ operations: 3, alone: 0 })
  await change('7l')
  const got = [await changed(socket), await changed(socket)]
  expect(got.find((message) => message.id === 'deep')?.payload).toEqual({
    data: {
      it: { showId: id, seq: 1, seats: [{ seatNo: 7, status: 'LOCKED' }], __typename: 'SeatFrame' },
    },
  })
  expect(got.find((message) => message.id === 'flat')?.payload).toEqual({
    data: { it: { showId: id, seq: 1, __typename: 'SeatFrame' } },
  })
  expect(await frameOf(plain)).toMatchObject({ seq: 1, changes: '7l' })
  socket.close()
  plain.close()
  await nothingIsLeft()
})

test('completed during a tick, nothing more comes, and the others hear', async () => {
  await open({ tickMs: 200 })
  const [leaving, staying] = [await watching(), await watching()]
  await change('1l')
  leaving.send({ type: 'complete', id: '1' })
  expect(await frameOf(staying)).toMatchObject({ changes: '1l' })
  // A question and its answer: whatever was sent before has arrived.
  leaving.send({ type: 'ping' })
  expect(await leaving.next()).toEqual({ type: 'pong' })
  expect(live.stats()).toMatchObject({ watchers: 1, operations: 1 })
  staying.close()
  leaving.close()
  await nothingIsLeft()
})

test('an id used again at once never hears twice', async () => {
  const socket = await watching('again')
  socket.send({ type: 'complete', id: 'again' })
  socket.send({ type: 'ping' })
  expect(await socket.next()).toEqual({ type: 'pong' })
  socket.subscribe('again', watch, { id })
  expect(await socket.next()).toMatchObject({ type: 'next', id: 'again' })
  expect(live.stats().watchers).toBe(1)
  await change('1l')
  expect(await frameOf(socket)).toMatchObject({ changes: '1l' })
  socket.send({ type: 'ping' })
  expect(await socket.next()).toEqual({ type: 'pong' })
  socket.close()
  await nothingIsLeft()
})

test('cut off during a tick, twenty subscriptions of a socket leave at once', async () => {
  await open({ tickMs: 200 })
  const staying = await watching()
  const socket = await viewer()
  for (let n = 0; n < 20; n++) socket.subscribe(`${n}`, watch, { id })
  for (let n = 0; n < 20; n++) await socket.next()
  expect(live.stats()).toMatchObject({ watchers: 21, operations: 1 })
  await change('1l')
  socket.socket.terminate()
  expect(await frameOf(staying)).toMatchObject({ changes: '1l' })
  await expect.poll(() => live.stats().watchers).toBe(1)
  staying.close()
  await nothingIsLeft()
})

test('a hub that closes completes every subscription', async () => {
  const socket = await watching()
  await live.close()
  expect(await socket.next()).toEqual({ id: '1', type: 'complete' })
  await nothingIsLeft()
})

test('a token that ends leaves the hub at once, although the other end does not hang up', async () => {
  const socket = await viewer('expires-300')
  socket.subscribe('1', watch, { id })
  await socket.next()
  // Reads nothing any more, so the close is never answered.
  socket.socket.pause()
  await nothingIsLeft()
})

/** Some 50 kB a frame, so that what the kernel holds for a reader is soon full. */
const watchObjects =
  'subscription($id:ID!){seatStatusChanged(showId:$id){epoch after seq changes seats{seatNo status}}}'
const seats = 1_200
const allSeats = (letter: StatusLetter) =>
  Array.from({ length: seats }, (_, seat) => `${seat}${letter}`).join('')

test('a slow socket is skipped, then told in one frame what it missed, and its map is right', async () => {
  await open({ tickMs: 1 })
  let truth = 'a'.repeat(seats)
  const map = new ModelViewer(() => ({ epoch: 1, seq, statuses: truth }))
  map.resync()
  const [slow, quick] = [await watching('1', watchObjects), await watching()]
  slow.socket.pause()
  for (let n = 0; n < 300; n++) {
    const letter = (['l', 'b', 'a'] as const)[n % 3] ?? 'a'
    truth = letter.repeat(seats)
    await change(allSeats(letter))
    expect(await frameOf(quick)).toMatchObject({ seq })
  }
  slow.socket.resume()
  let heard = 0
  let merged = false
  while (map.seq < seq) {
    const frame = await frameOf(slow)
    heard++
    merged ||= frame.seq - frame.after > 1 || frame.after === frame.seq
    map.receive(parseFrame(`1 ${frame.after} ${frame.seq} ${frame.changes}`))
  }
  expect(merged).toBe(true)
  expect(heard).toBeLessThan(300)
  expect(map.map).toBe(truth)
  await change('5n')
  expect(await frameOf(slow)).toMatchObject({ after: seq - 1, seq, changes: '5n' })
  slow.close()
  quick.close()
  await nothingIsLeft()
}, 30_000)

test('a socket that takes nothing for too long is cut off', async () => {
  await open({ tickMs: 1, slowMsMax: 200 })
  const [slow, quick] = [await watching('1', watchObjects), await watching()]
  slow.socket.pause()
  while (live.stats().watchers > 1) {
    await change(allSeats('l'))
    await frameOf(quick)
  }
  quick.close()
  await nothingIsLeft()
}, 30_000)

test('more different operations than are shared are executed alone, at a bounded rate, up to a bound', async () => {
  await open({ operationsPerShowMax: 2, aloneMax: 2 })
  const named = (n: number) => watch.replace('subscription', `subscription S${n}`)
  const viewers = [await watching('1', named(1)), await watching('1', named(2))]
  const alone = [await watching('1', named(3)), await watching('1', named(4))]
  expect(live.stats()).toMatchObject({ operations: 2, alone: 2 })
  const refused = await viewer()
  refused.subscribe('1', named(5), { id })
  expect(JSON.stringify(await refused.next())).toContain('TOO_MANY_WATCHERS')
  for (let n = 0; n < 10; n++) {
    await change(`${n}l`)
    for (const each of viewers) await frameOf(each)
  }
  for (const each of alone) {
    // All of it in one frame, because they were paused meanwhile.
    const frame = await frameOf(each)
    expect(frame.after === frame.seq || frame.seq - frame.after > 1).toBe(true)
    expect(frame.seq).toBe(seq)
  }
  for (const each of [...viewers, ...alone, refused]) each.close()
  await nothingIsLeft()
})
