/**
 * The sandbox against a model of what it promises: whatever is called in whatever order, at the same time or after a
 * crash, an intent takes its money at most once, never after it was cancelled or declined, and never gives back more.
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { type Books, type Line, openBooks } from '../../src/payment/sandbox/books.ts'
import { type Desk, openDesk } from '../../src/payment/sandbox/desk.ts'
import { openJournal } from '../../src/payment/sandbox/journal.ts'
import type { Reply } from '../../src/payment/sandbox/keys.ts'
import { methods } from '../../src/payment/sandbox/methods.ts'
import { SandboxRefusal } from '../../src/payment/sandbox/refusals.ts'
import { sandboxLimits } from '../../src/payment/sandbox/sandbox-limits.ts'

const folder = mkdtempSync(join(tmpdir(), 'rowlock-sandbox-model-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
let ids = 0

/** A desk on a file, with a clock and waits that the test moves. */
class Shop {
  readonly file = join(folder, `books-${++files}.jsonl`)
  nowMs = 1_000_000
  books!: Books
  desk!: Desk
  #waits: (() => void)[] = []
  #close = () => {}

  constructor() {
    this.start()
  }

  start(): void {
    const journal = openJournal<Line>(this.file)
    this.#close = journal.close
    this.#waits = []
    const waits = this.#waits
    this.books = openBooks(journal, () => this.nowMs)
    this.desk = openDesk({
      books: this.books,
      clock: { now: () => new Date(this.nowMs), nowMs: () => this.nowMs },
      newId: () => String(++ids),
      wait: () => new Promise<void>((over) => waits.push(over)),
      actionUrl: (id) => `http://sandbox/actions/${id}`,
      returnOrigins: [],
    })
    void this.desk.resume()
  }

  /** What was waited for never comes, and half a line may be left behind. */
  crash(torn: boolean): void {
    this.#close()
    if (torn) appendFileSync(this.file, '{"intent":{"id":"pi_')
    this.start()
  }

  async settle(): Promise<void> {
    await new Promise(setImmediate)
    for (const over of this.#waits.splice(0)) over()
    await new Promise(setImmediate)
  }

  end(): void {
    this.#close()
  }
}

const intentIds = fc.integer({ min: 0, max: 2 })
const keys = fc.integer({ min: 0, max: 4 })
const step = fc.oneof(
  fc.record({ do: fc.constant('open' as const), key: keys, amountMinor: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    do: fc.constant('confirm' as const),
    at: intentIds,
    key: keys,
    method: fc.constantFrom(...methods.keys()),
  }),
  fc.record({ do: fc.constant('cancel' as const), at: intentIds, key: keys }),
  fc.record({
    do: fc.constant('refund' as const),
    at: intentIds,
    key: keys,
    amountMinor: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ do: fc.constant('answer' as const), at: intentIds, approved: fc.boolean() }),
  fc.record({ do: fc.constant('settle' as const) }),
  fc.record({ do: fc.constant('crash' as const), torn: fc.boolean() }),
)

type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

/** A step's reply under its key; none while it is being processed, or where it has no key. */
async function take(shop: Shop, step: Step): Promise<{ key: string; request: string; reply: Reply } | null> {
  const intentId = 'at' in step ? ([...shop.books.intents.keys()][step.at] ?? 'pi_none') : ''
  // Other calls with the same number have another key, as in the product.
  const key = 'key' in step ? `${step.do}-${step.key}` : ''
  const request = JSON.stringify([intentId, step])
  const call = { key, fingerprint: request }
  const gone = new Promise((left) => setImmediate(left))
  try {
    switch (step.do) {
      case 'open':
        return {
          key,
          request,
          reply: await shop.desk.open(call, {
            reference: 'b',
            currency: 'EUR',
            amountMinor: step.amountMinor,
          }),
        }
      case 'confirm':
        return { key, request, reply: await shop.desk.confirm(call, intentId, { method: step.method }, gone) }
      case 'cancel':
        return { key, request, reply: await shop.desk.cancel(call, intentId) }
      case 'refund':
        return {
          key,
          request,
          reply: await shop.desk.refund(call, intentId, { amountMinor: step.amountMinor }),
        }
      case 'answer':
        shop.desk.answerAction(intentId, step.approved)
        return null
      case 'settle':
        await shop.settle()
        return null
      case 'crash':
        shop.crash(step.torn)
        return null
    }
  } catch (error) {
    if (!(error instanceof SandboxRefusal)) throw error
    return null
  }
}

function audit({ books }: Shop): void {
  for (const intent of books.intents.values()) {
    const own = books.movements.filter(({ intentId }) => intentId === intent.id)
    const sum = (kind: string) =>
      own.filter((m) => m.kind === kind).reduce((total, m) => total + m.amountMinor, 0)
    const captures = own.filter(({ kind }) => kind === 'capture').length
    expect(captures).toBe(intent.status === 'succeeded' ? 1 : 0)
    expect(sum('capture')).toBe(intent.status === 'succeeded' ? intent.amountMinor : 0)
    expect(sum('refund')).toBeLessThanOrEqual(sum('capture'))
    expect(sum('refund')).toBe(intent.status === 'succeeded' ? intent.refunds.reduce((a, b) => a + b, 0) : 0)
  }
}

const final = ['succeeded', 'declined', 'cancelled']

test('one call after another, with crashes in between: money moves once, decisions stay, keys answer the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const shop = new Shop()
      const decided = new Map<string, string>()
      const answered = new Map<string, Reply>()
      try {
        for (const each of steps) {
          const taking = take(shop, each)
          // What is processed slowly goes on behind the next steps.
          const done = await Promise.race([
            taking,
            new Promise<null>((on) => setImmediate(() => setImmediate(() => on(null)))),
          ])
          if (done && done.reply !== 'cut') {
            const name = `${done.key} ${done.request}`
            expect(done.reply).toEqual(answered.get(name) ?? done.reply)
            answered.set(name, done.reply)
          }
          audit(shop)
          for (const { id, status } of shop.books.intents.values()) {
            expect(status).toBe(decided.get(id) ?? status)
            if (final.includes(status)) decided.set(id, status)
          }
        }
        await shop.settle()
        audit(shop)
      } finally {
        shop.end()
      }
    }),
    { numRuns: 300 },
  )
})

test('calls in the same turn: money moves once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
      const shop = new Shop()
      try {
        for (const amountMinor of [1, 2, 3]) {
          await take(shop, { do: 'open', key: amountMinor, amountMinor })
        }
        const taking = steps.map((each) => (each.do === 'crash' ? null : take(shop, each)))
        for (let round = 0; round < 4; round++) {
          await shop.settle()
          audit(shop)
        }
        await Promise.all(taking)
        audit(shop)
      } finally {
        shop.end()
      }
    }),
    { numRuns: 300 },
  )
})

test('a key is forgotten after its life: an old refund`s key pays again, and still not more than was taken', async () => {
  const shop = new Shop()
  const reply = await shop.desk.open(
    { key: 'o', fingerprint: 'o' },
    { reference: 'b', currency: 'EUR', amountMinor: 250 },
  )
  const { id } = (reply as { body: { id: string } }).body
  await shop.desk.confirm({ key: 'c', fingerprint: 'c' }, id, { method: 'tok_ok' }, Promise.resolve())
  const refund = () => shop.desk.refund({ key: 'r', fingerprint: 'r' }, id, { amountMinor: 100 })
  const given = () => shop.books.movements.filter(({ kind }) => kind === 'refund').length

  await refund()
  shop.nowMs += sandboxLimits.keyLifeMs - 1
  await refund()
  expect(given()).toBe(1)
  shop.nowMs += 1
  await refund()
  expect(given()).toBe(2)
  shop.nowMs += sandboxLimits.keyLifeMs
  expect(await refund()).toMatchObject({ status: 409, body: { code: 'exceeds_capture' } })
  const again = await shop.desk.confirm(
    { key: 'c', fingerprint: 'c' },
    id,
    { method: 'tok_ok' },
    Promise.resolve(),
  )
  expect(again).toMatchObject({ status: 409, body: { code: 'wrong_state' } })
  shop.end()
})

test('a full disk moves no money, and the next call finds the books whole', async () => {
  const shop = new Shop()
  const reply = await shop.desk.open(
    { key: 'o', fingerprint: 'o' },
    { reference: 'b', currency: 'EUR', amountMinor: 250 },
  )
  const { id } = (reply as { body: { id: string } }).body
  const pay = () =>
    shop.desk.confirm({ key: 'c', fingerprint: 'c' }, id, { method: 'tok_ok' }, Promise.resolve())
  shop.end()
  // A closed file fails as a full disk does: after the decision, before the books.
  await expect(pay()).rejects.toThrow()
  expect(shop.books.movements).toEqual([])
  expect(shop.books.intents.get(id)?.status).toBe('created')
  shop.start()
  expect(await pay()).toMatchObject({ status: 200, body: { status: 'succeeded' } })
  audit(shop)
  shop.end()
})
