/** A printed ticket as a camera sees it: drawn by a real browser, and its code read off the pixels. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import decodeQR from 'qr/decode.js'
import { expect, test } from 'vitest'
import { ticketsPdf } from '../../src/ticket/paper/ticket-pdf.ts'
import { startBrowser } from '../world/browser.ts'

/** As long as real codes are. */
const code = `RL1${'0123456789ABCDEF'.repeat(9)}`
const drawing = `<!doctype html><script type="module">
  import { getDocument } from '/pdfjs.mjs'
  const page = await (await getDocument({ url: '/tickets.pdf' }).promise).getPage(1)
  const viewport = page.getViewport({ scale: 2 })
  const canvas = document.createElement('canvas')
  canvas.width = viewport.width
  canvas.height = viewport.height
  const canvasContext = canvas.getContext('2d')
  await page.render({ canvas, canvasContext, viewport }).promise
  const { width, height, data } = canvasContext.getImageData(80, 410, 320, 320)
  window.drawn = { width, height, data: [...data] }
</script>`

function serve(pdf: Uint8Array) {
  const pdfjs = join(dirname(createRequire(import.meta.url).resolve('unpdf')), 'pdfjs.mjs')
  const files: Record<string, [type: string, content: () => string | Uint8Array]> = {
    '/': ['text/html', () => drawing],
    '/pdfjs.mjs': ['text/javascript', () => readFileSync(pdfjs)],
    '/tickets.pdf': ['application/pdf', () => pdf],
  }
  return createServer(({ url }, response) => {
    const file = files[url ?? '']
    if (!file) return void response.writeHead(404).end()
    response.setHeader('content-type', file[0]).end(file[1]())
  })
}

test('the code on a printed page is read by a camera, at the resolution of a screen', {
  timeout: 60_000,
}, async () => {
  const show = { event: 'Die Zauberflöte', when: 'today', where: 'Oper', reference: 'Booking 1' }
  const pdf = await ticketsPdf(show, [{ seat: 'row A, seat 1', price: '€25.00', code }])
  const server = serve(pdf).listen(0, '127.0.0.1')
  const browser = await startBrowser()
  try {
    const page = await browser.newPage()
    const { port } = server.address() as AddressInfo
    await page.goto(`http://127.0.0.1:${port}/`)
    await page.waitForFunction('window.drawn')
    const { width, height, data } = await page.evaluate<{ width: number; height: number; data: number[] }>(
      'window.drawn',
    )
    expect(decodeQR({ width, height, data: Uint8ClampedArray.from(data) })).toBe(code)
  } finally {
    await browser.close()
    server.close()
  }
})
