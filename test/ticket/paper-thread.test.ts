/** The thread that prints: what hangs or breaks it fails alone, and nobody waits without end. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, inject, test } from 'vitest'
import {
  openPaperThread,
  PaperBusy,
  PaperFailed,
  type PaperThread,
} from '../../src/ticket/paper/paper-thread.ts'

const order = (event: string) => ({
  show: { event, when: 'today', where: 'here', reference: 'Booking 1' },
  tickets: [{ seat: 'A 1', price: '€1.00', code: 'ABC' }],
})
const limits = { ordersWaitingMax: 3, orderMsMax: 1_000, threadMegabytesMax: 192 }

let thread: PaperThread
afterEach(() => thread.close())

/** A thread that does as the event of an order says. */
function obedient(): URL {
  const file = join(mkdtempSync(join(inject('runFolder'), 'thread-')), 'obedient.mjs')
  writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads'
     parentPort.on('message', ({ show: { event } }) => {
       if (event === 'hang') for (;;) {}
       if (event === 'die') process.exit(1)
       if (event === 'throw') throw new Error('thrown')
       parentPort.postMessage(event === 'bad' ? { trouble: 'bad' } : { pdf: new TextEncoder().encode(event) })
     })`,
  )
  return pathToFileURL(file)
}

const said = async (pdf: Promise<Uint8Array>) => new TextDecoder().decode(await pdf)

test('sets real tickets, in a thread of its own', async () => {
  thread = openPaperThread()
  expect(await said(thread.set(order('Opera')))).toMatch(/^%PDF-1\.7/)
})

test.each(['hang', 'die', 'throw', 'bad'])(
  'an order that makes it %s fails alone; those behind it are served',
  async (deed) => {
    thread = openPaperThread(limits, obedient())
    const [first, broken, after] = [order('first'), order(deed), order('after')].map((one) => thread.set(one))
    await expect(broken).rejects.toBeInstanceOf(PaperFailed)
    expect(await Promise.all([first, after].map((one) => said(one as Promise<Uint8Array>)))).toEqual([
      'first',
      'after',
    ])
    expect(await said(thread.set(order('later')))).toBe('later')
  },
)

test('more orders than it may keep are told to come again', async () => {
  thread = openPaperThread(limits, obedient())
  const orders = ['1', '2', '3', '4', '5'].map((name) =>
    thread.set(order(name)).then(
      () => name,
      (error) => error,
    ),
  )
  const answers = await Promise.all(orders)
  expect(answers.slice(0, 4)).toEqual(['1', '2', '3', '4'])
  expect(answers[4]).toBeInstanceOf(PaperBusy)
})

test('closing fails what waits and takes no more', async () => {
  thread = openPaperThread(limits, obedient())
  const waiting = [order('hang'), order('2')].map((one) => thread.set(one).catch((error) => error))
  await thread.close()
  for (const answer of await Promise.all(waiting)) expect(answer).toBeInstanceOf(PaperFailed)
  await expect(thread.set(order('3'))).rejects.toBeInstanceOf(PaperBusy)
})
