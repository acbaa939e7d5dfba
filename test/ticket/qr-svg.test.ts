import { expect, test } from 'vitest'
import { qrSvg, quietZoneModules } from '../../src/ticket/qr-svg.ts'

const modules = [
  [true, true, false, true],
  [false, false, false, false],
  [true, false, true, true],
  [false, true, true, true],
]

test('every dark module is drawn once, at its place, and no other', () => {
  const svg = qrSvg(modules, { title: 'A1' })
  const drawn = modules.map((row) => row.map(() => 0))
  const dark = svg.lastIndexOf('<path d="')
  for (const [, x, y, width] of svg.slice(dark).matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let at = 0; at < Number(width); at++) {
      const row = drawn[Number(y) - quietZoneModules]
      const column = Number(x) - quietZoneModules + at
      if (row) row[column] = (row[column] ?? 0) + 1
    }
  }
  expect(drawn).toEqual(modules.map((row) => row.map(Number)))
})

test('four light modules stand around it, on white', () => {
  const svg = qrSvg(modules, { title: 'A1' })
  expect(quietZoneModules).toBe(4)
  expect(svg).toContain('viewBox="0 0 12 12"')
  expect(svg).toContain('<path fill="#fff" d="M0 0h12v12H0z"/>')
})

test('the title is text, whatever it says', () => {
  const svg = qrSvg(modules, { title: `</title><script>alert("1")</script>&'` })
  expect(svg).toContain(
    '<title>&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;</title>',
  )
  expect(svg).not.toContain('<script')
})
