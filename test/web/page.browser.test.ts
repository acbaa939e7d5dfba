/** The web page as buyers meet it: a real browser, the real server, two buyers who see each other. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import decodeQR from 'qr/decode.js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { seedDemo } from '../../src/operate/index.ts'
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { startBrowser } from '../world/browser.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld } from '../world/rowlock.ts'
import { buildWebPages } from '../world/web-pages.ts'

const arenaEvent = 'Velvet Static'

let world: RowlockWorld
let api: ApiProcess
let browser: Browser
let mail: string

beforeAll(async () => {
  world = await rowlockWorld()
  const [webDist, started] = await Promise.all([buildWebPages(), startBrowser(), seed(world.database.url)])
  browser = started
  mail = mkdtempSync(join(tmpdir(), 'mail-'))
  api = await world.api({ WEB_DIST: webDist, MAIL_FOLDER: mail })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await world?.close()
  rmSync(mail, { recursive: true, force: true })
})

async function seed(url: string): Promise<void> {
  const postgres = openPostgres({ ...postgresDefaults, url }, () => {})
  try {
    await seedDemo(postgres.pool, new Date())
  } finally {
    await postgres.close()
  }
}

/** A buyer is a browser of their own: no storage is shared. */
interface Buyer {
  page: Page
  context: BrowserContext
  /** What the page complained about, and every host it spoke to. */
  problems: string[]
  hosts: Set<string>
}

const buyers: Buyer[] = []

async function newBuyer(): Promise<Buyer> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  const buyer: Buyer = { page, context, problems: [], hosts: new Set() }
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => buyer.problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') buyer.problems.push(message.text())
  })
  context.on('request', (request) => buyer.hosts.add(new URL(request.url()).host))
  buyers.push(buyer)
  return buyer
}

beforeEach(() => {
  onTestFailed(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rowlock-page-'))
    for (const [index, { page, problems }] of buyers.entries()) {
      const path = join(folder, `buyer-${index + 1}.png`)
      await page.screenshot({ path }).catch(() => {})
      console.error(`Buyer ${index + 1} at ${page.url()} saw ${path}`, problems)
    }
  })
})

afterEach(async () => {
  for (const { context } of buyers.splice(0)) await context.close()
})

/** Opens the first show of an event from the list, and waits until its map is live. */
async function openShow({ page }: Buyer, title: string): Promise<void> {
  await page.goto(api.url)
  await page.getByLabel('Search').fill(title)
  await page
    .getByRole('list', { name: `Shows of ${title}` })
    .getByRole('link')
    .first()
    .click()
  await page.locator('.connection[data-trust="live"]').waitFor()
}

/** Moves the maps' cursors from the middle to the right until they are on one free seat. */
async function walkToFreeSeat(...together: Buyer[]): Promise<void> {
  for (const { page } of together) await page.locator('.seat-map-stage').focus()
  for (let steps = 0; steps < 30; steps++) {
    for (const { page } of together) await page.keyboard.press('ArrowRight')
    const said = await Promise.all(
      together.map(({ page }) => page.locator('.seat-map [aria-live]').textContent()),
    )
    if (said.every((words) => words?.endsWith('available') && words === said[0])) return
  }
  throw new Error('No free seat to the right of the middle')
}

/** The label stands just above its seat. */
async function clickUnderLabel({ page }: Buyer): Promise<void> {
  const box = await page.locator('.map-label').boundingBox()
  if (!box) throw new Error('No seat has a label')
  await page.mouse.click(box.x + box.width / 2, box.y + box.height + 16)
}

async function labelSays({ page }: Buyer, words: string): Promise<void> {
  await page.locator('.map-label', { hasText: words }).waitFor()
}

/** Reads the QR code of the page as a camera would: from its pixels. */
async function scanQr(page: Page): Promise<string> {
  const picture = await page.evaluate<number[]>(`(async () => {
    const image = document.querySelector('.ticket-code img')
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = 440
    const context = canvas.getContext('2d')
    context.drawImage(image, 0, 0, 440, 440)
    return [...context.getImageData(0, 0, 440, 440).data]
  })()`)
  return decodeQR({ width: 440, height: 440, data: Uint8ClampedArray.from(picture) })
}

const amountIn = (text: string | null) => Number(/[\d.,]+/.exec(text ?? '')?.[0].replaceAll(',', ''))

describe('a buyer', () => {
  test('buys a seat from the list of events to the ticket, and another sees it taken live', async () => {
    const [alice, bob] = await Promise.all([newBuyer(), newBuyer()])
    await Promise.all([openShow(alice, 'Night Ferry'), openShow(bob, 'Night Ferry')])

    await walkToFreeSeat(alice, bob)
    await clickUnderLabel(alice)
    await alice.page.getByRole('timer').waitFor()
    expect(await alice.page.getByRole('timer').textContent()).toMatch(/^[45]:\d\d$/)
    await labelSays(bob, 'being chosen by someone else')

    await alice.page.getByLabel(/^E-mail/).fill('alice@example.org')
    await alice.page.getByRole('button', { name: /^Pay / }).click()
    await alice.page.locator('[data-state="CONFIRMED"]').waitFor()
    expect(await alice.page.locator('[data-ticket="VALID"]').count()).toBe(1)
    const code = await alice.page.locator('[data-ticket="VALID"] code').textContent()
    expect(code).toMatch(/^RL1:/)
    expect(await scanQr(alice.page)).toBe(code)
    await labelSays(bob, 'sold')
    const [pdf] = await Promise.all([
      alice.page.waitForEvent('download'),
      alice.page.getByRole('button', { name: /^Tickets to print/ }).click(),
    ])
    expect(pdf.suggestedFilename()).toBe('tickets.pdf')
    expect(await textOf(await pdf.createReadStream())).toMatch(/^%PDF-1\.7/)
    // Her tickets are in the mail too, with a link back to this page.
    const reader = await alice.context.newPage()
    await reader.goto(`${api.url}/dev/mail`)
    const letter = reader.getByRole('link', { name: /Your tickets: Night Ferry/ })
    const arrived = async () => {
      await reader.reload()
      return await letter.count()
    }
    await expect.poll(arrived, { timeout: 30_000 }).toBe(1)
    await letter.click()
    await reader.getByText('alice@example.org').first().waitFor()

    await alice.page.getByRole('navigation').getByRole('link', { name: 'My bookings' }).click()
    await alice.page.getByRole('link', { name: /Night Ferry/ }).waitFor()
    expect([...alice.problems, ...bob.problems]).toEqual([])
  })

  test('passes a ticket on: the link gives it to who opens it, with a new code', async () => {
    const [alice, bob] = await Promise.all([newBuyer(), newBuyer()])
    await Promise.all([openShow(alice, 'Night Ferry'), openShow(bob, 'Night Ferry')])
    await walkToFreeSeat(alice, bob)
    await alice.page.keyboard.press('Enter')
    await alice.page.getByRole('button', { name: /^Pay / }).click()
    const code = alice.page.locator('[data-ticket="VALID"] code')
    const before = await code.textContent()
    await alice.page.getByRole('button', { name: /^Pass .* on$/ }).click()
    const link = await alice.page.getByLabel(/^Send this link/).inputValue()

    await bob.page.goto(link)
    await bob.page.getByRole('button', { name: 'Take the ticket' }).click()
    await bob.page.getByRole('heading', { name: 'The ticket is yours' }).waitFor()
    await bob.page.getByRole('link', { name: 'Show my tickets' }).click()
    const after = await bob.page.locator('.taken-tickets code').textContent()
    expect(after).toMatch(/^RL1:/)
    expect(after).not.toBe(before)

    await alice.page.reload()
    await alice.page.getByText('passed on').waitFor()
    expect(await code.count()).toBe(0)
    expect([...alice.problems, ...bob.problems]).toEqual([])
  })

  test('gives a seat back with a second click, and it is free for everybody', async () => {
    const [alice, bob] = await Promise.all([newBuyer(), newBuyer()])
    await Promise.all([openShow(alice, 'Night Ferry'), openShow(bob, 'Night Ferry')])
    await walkToFreeSeat(alice, bob)
    await alice.page.keyboard.press('Enter')
    await labelSays(alice, 'yours')
    await labelSays(bob, 'being chosen by someone else')
    await alice.page.keyboard.press('Enter')
    await labelSays(alice, 'available')
    await labelSays(bob, 'available')
    expect(await alice.page.getByRole('timer').count()).toBe(0)
  })

  test('keeps the seats over a reload, because the server holds them', async () => {
    const alice = await newBuyer()
    await openShow(alice, 'Night Ferry')
    await walkToFreeSeat(alice)
    await alice.page.keyboard.press('Enter')
    const seat = await alice.page.locator('.basket-name').textContent()
    await alice.page.reload()
    await alice.page.getByRole('timer').waitFor()
    expect(await alice.page.locator('.basket-name').textContent()).toBe(seat)
  })

  test('can do without the drawn map: the list of seats holds the same', async () => {
    const alice = await newBuyer()
    await openShow(alice, 'Night Ferry')
    await alice.page.getByRole('button', { name: 'List' }).click()
    await alice.page.getByLabel('Zone').selectOption({ index: 1 })
    const free = alice.page.getByRole('button', { name: /available$/ }).first()
    const name = ((await free.getAttribute('aria-label')) ?? '').replace(/, available$/, '')
    await free.click()
    await alice.page.getByRole('button', { name: `${name}, yours`, pressed: true }).waitFor()
  })

  test('sees fees before paying, and what a promotion code takes off; a wrong one is said to be wrong', async () => {
    const alice = await newBuyer()
    await openShow(alice, 'Velvet Static')
    await walkToFreeSeat(alice)
    await alice.page.keyboard.press('Enter')
    const basket = alice.page.getByRole('region', { name: 'Your seats' })
    await basket.getByText('Fees').waitFor()
    const pay = alice.page.getByRole('button', { name: /^Pay / })
    const before = amountIn(await pay.textContent())

    await basket.getByLabel('Promotion code').fill('NO-SUCH-CODE')
    await basket.getByRole('button', { name: 'Apply' }).click()
    await basket.getByRole('alert').getByText('There is no such promotion code').waitFor()
    await basket.getByLabel('Promotion code').fill('welcome10')
    await basket.getByRole('button', { name: 'Apply' }).click()
    await basket.getByText('Promotion', { exact: true }).waitFor()
    const after = amountIn(await pay.textContent())
    expect(after).toBeLessThan(before * 0.92)
    await pay.click()
    await alice.page.locator('[data-state="CONFIRMED"]').waitFor()
    expect(amountIn(await alice.page.locator('.basket-total strong').textContent())).toBe(after)
    expect(alice.problems).toEqual([])
  })

  test('is told about a declined payment, and can choose again', async () => {
    const alice = await newBuyer()
    await openShow(alice, 'Night Ferry')
    await walkToFreeSeat(alice)
    await alice.page.keyboard.press('Enter')
    await alice.page.getByLabel('Is declined').check()
    await alice.page.getByRole('button', { name: /^Pay / }).click()
    await alice.page.locator('[data-state="FAILED"]').waitFor()
    await alice.page.getByRole('link', { name: 'Choose seats again' }).click()
    await alice.page.locator('.connection[data-trust="live"]').waitFor()
  })

  test('confirms with the bank on its page, and the booking follows', async () => {
    const alice = await newBuyer()
    await openShow(alice, 'Night Ferry')
    await walkToFreeSeat(alice)
    await alice.page.keyboard.press('Enter')
    await alice.page.getByLabel('Asks you to confirm').check()
    await alice.page.getByRole('button', { name: /^Pay / }).click()
    const [bank] = await Promise.all([
      alice.context.waitForEvent('page'),
      alice.page.getByRole('link', { name: 'Confirm with your bank' }).click(),
    ])
    await bank.getByRole('button', { name: 'Approve' }).click()
    await alice.page.locator('[data-state="CONFIRMED"]').waitFor({ timeout: 25_000 })
  }, 60_000)

  test('takes standing places by number', async () => {
    const alice = await newBuyer()
    await openShow(alice, arenaEvent)
    const more = alice.page.getByRole('button', { name: /^One place more/ })
    await more.click()
    await more.click()
    await alice.page.locator('.basket-name', { hasText: /^2 ×/ }).waitFor()
    await alice.page.getByRole('button', { name: /^One place less/ }).click()
    await alice.page.locator('.basket-name', { hasNotText: '×' }).waitFor()
  })
})

describe('the pages', () => {
  test('pan 20,000 seats without stutter', async () => {
    const alice = await newBuyer()
    await openShow(alice, arenaEvent)
    const frameMs = await alice.page.evaluate<number[]>(panForAWhile)
    expect(frameMs[frameMs.length >> 1]).toBeLessThan(50)
  })

  test('speak to nobody but the server they came from, GraphiQL included', async () => {
    const alice = await newBuyer()
    await openShow(alice, arenaEvent)
    await alice.page.goto(`${api.url}/graphiql`)
    await alice.page.locator('.graphiql-query-editor .view-line').first().waitFor()
    expect(await alice.page.locator('.graphiql-tab').count()).toBe(9)
    await alice.page.locator('.graphiql-execute-button').click()
    await alice.page.locator('.graphiql-response', { hasText: 'startsAtLocal' }).waitFor()
    expect([...alice.hosts]).toEqual([new URL(api.url).host])
    expect(alice.problems).toEqual([])
  })
})

/** Runs in the page: drags the map to and fro and returns the times between frames, shortest first. */
const panForAWhile = `(async () => {
  const canvas = document.querySelector('.seat-map canvas')
  const box = canvas.getBoundingClientRect()
  canvas.setPointerCapture = () => {}
  const send = (type, dx, dy) => canvas.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, pointerType: 'mouse', bubbles: true,
    clientX: box.x + box.width / 2 + dx, clientY: box.y + box.height / 2 + dy,
  }))
  const frameMs = []
  let before = 0
  send('pointerdown', 0, 0)
  for (let i = 0; i < 90; i++) {
    send('pointermove', Math.sin(i / 12) * 250, Math.cos(i / 17) * 150)
    const now = await new Promise((resolve) => requestAnimationFrame(resolve))
    if (before) frameMs.push(now - before)
    before = now
  }
  send('pointerup', 0, 0)
  return frameMs.sort((a, b) => a - b)
})()`
