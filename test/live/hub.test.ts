import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { TooManyWatchers } from '../../src/live/index.ts'
import { type HubWorld, hubWorld, nextWhere } from './hub-world.ts'

let world: HubWorld

beforeAll(async () => {
  world = await hubWorld()
})
afterAll(() => world.close())
afterEach(() => world.reset())

test('a watch begins with where the show stands, and two hubs show each other`s changes', async () => {
  await world.change(7, 3, '1l', { lost: true })
  const [a, b] = [world.hub().watch(7), world.hub().watch(7)]
  for (const frames of [a, b])
    expect(await nextWhere(frames, () => true)).toMatchObject({ epoch: 1, after: 3, seq: 3 })
  await world.change(7, 4, '5l')
  for (const frames of [a, b]) {
    const frame = await nextWhere(frames, ({ changes }) => changes.size > 0)
    expect(frame).toMatchObject({ epoch: 1, after: 3, seq: 4 })
    expect([...frame.changes]).toEqual([[5, 'l']])
  }
})

test('changes of one tick arrive as one frame with the last status of each seat', async () => {
  const tickMs = 150
  const frames = world.hub({ tickMs }).watch(8)
  await nextWhere(frames, () => true)
  const begunMs = performance.now()
  const changed = []
  for (let seq = 1; seq <= 20; seq++) changed.push(world.change(8, seq, `${seq % 2}${seq < 19 ? 'l' : 'a'}`))
  await Promise.all(changed)
  let told = 0
  const last = new Map<number, string>()
  const whole = await nextWhere(frames, (frame) => {
    if (frame.changes.size > 0) told += 1
    for (const [seatNo, letter] of frame.changes) last.set(seatNo, letter)
    return frame.seq === 20
  })
  expect(whole.seq).toBe(20)
  expect([...last].sort()).toEqual([
    [0, 'a'],
    [1, 'a'],
  ])
  // On a busy machine they may take more than one tick.
  expect(told).toBeLessThanOrEqual(1 + Math.floor((performance.now() - begunMs) / tickMs))
})

test('when the very last message is lost, the heartbeat from the source tells', async () => {
  const frames = world.hub().watch(9)
  await nextWhere(frames, () => true)
  await world.change(9, 1, '1l')
  await nextWhere(frames, ({ seq }) => seq === 1)
  await world.change(9, 2, '2l', { lost: true })
  const told = await nextWhere(frames, ({ seq }) => seq === 2)
  expect(told).toMatchObject({ after: 2, seq: 2 })
  expect(told.changes.size).toBe(0)
})

test('a heartbeat between a change and its tick tells the change, and is no gap', async () => {
  const frames = world.hub({ tickMs: 3_600_000 }).watch(11)
  await nextWhere(frames, () => true)
  await world.change(11, 1, '1l')
  expect(await nextWhere(frames, ({ seq }) => seq === 1)).toMatchObject({ after: 0, seq: 1 })
})

test('a Redis that is killed and comes back is followed again', async () => {
  const frames = world.hub().watch(10)
  await nextWhere(frames, () => true)
  await world.server.restart()
  await world.client.set('position:10', '2 0')
  expect(await nextWhere(frames, ({ epoch }) => epoch === 2)).toMatchObject({ after: 0, seq: 0 })
})

test('a thousand watchers leave nothing behind, and more than the bound are refused', async () => {
  const one = world.hub({ watchersMax: 1_000 })
  const watching = Array.from({ length: 1_000 }, (_, n) => one.watch(n % 5))
  expect(() => one.watch(1)).toThrow(TooManyWatchers)
  expect(one.stats()).toMatchObject({ shows: 5, watchers: 1_000 })
  const pending = watching.map((frames) => frames.next())
  for (const frames of watching) await frames.return?.()
  await Promise.all(pending)
  expect(one.stats()).toMatchObject({ shows: 0, watchers: 0 })
})
