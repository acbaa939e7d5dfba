/** The report as one page that needs nothing else: figures, what fans experienced, and how it went second by second. */
import type { Report } from '../../src/operate/index.ts'
import { escapeHtml } from '../../src/platform/escape-html.ts'
import type { Step } from './journeys.ts'
import type { Second, Tally } from './tally.ts'

export interface SimulationPage {
  report: Report
  title: string
  tally: Tally
  steps: Step[]
}

export function simulationPage({ report, title, tally, steps }: SimulationPage): string {
  const { seconds } = tally
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${style}</style></head><body>
<h1>${escapeHtml(title)}</h1><p>${escapeHtml(report.startedAt)} · ${escapeHtml(report.machine)}</p>
${report.notes.map((note) => `<p>${escapeHtml(note)}</p>`).join('\n')}
<h2>Second by second</h2>
${chart('Seats sold in all', summed(seconds.map((second) => second.seatsSold)))}
${chart(
  'Fans arriving, a second',
  seconds.map((second) => second.arrived),
)}
${chart(
  'Locks, a second',
  seconds.map((second) => second.locks),
)}
${chart(
  'Locks refused, a second',
  seconds.map((second) => second.refused),
)}
${chart('p99 of lock requests, ms', seconds.map(p99OfLocks))}
<h2>What became of the fans</h2>${table(['ending', 'fans'], sorted(tally.endings as Record<string, number>))}
<h2>Refusals, by what they said</h2>${table(['refusal', 'times'], sorted(tally.refusals))}
<h2>The journeys of the operations document</h2>${table(['journey', 'step', 'took, ms', 'document, ms'], steps.map(rowOfStep))}
<h2>Figures</h2>${table(
    ['figure', 'value', 'unit', 'aim'],
    report.figures.map(({ name, value, unit, target, holds }) => [
      ...[name, String(value), unit],
      target === null ? '' : `${target}: ${holds ? 'reached' : 'missed'}`,
    ]),
  )}
</body></html>
`
}

const rowOfStep = ({ journey, step, tookMs, documentMs }: Step) => [
  ...[journey, step, tookMs.toFixed(1)],
  documentMs === null ? '' : String(documentMs),
]

function p99OfLocks({ lockMs }: Second): number {
  const times = [...lockMs].sort((a, b) => a - b)
  return times[Math.max(0, Math.ceil(times.length * 0.99) - 1)] ?? 0
}

function summed(values: number[]): number[] {
  let sum = 0
  return values.map((value) => {
    sum += value
    return sum
  })
}

function sorted(counts: Record<string, number>): string[][] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([what, times]) => [what, String(times)])
}

const [width, height] = [900, 140]

/** A line over the seconds, with its highest value written beside it. */
function chart(name: string, values: number[]): string {
  const highest = Math.max(1, ...values)
  const x = (at: number) => (at / Math.max(1, values.length - 1)) * width
  const points = values.map(
    (value, at) => `${x(at).toFixed(1)},${(height - (value / highest) * height).toFixed(1)}`,
  )
  const told = Math.round(highest).toLocaleString('en')
  return `<figure><figcaption>${escapeHtml(name)}: at most ${told}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(name)}, at most ${told}, over ${values.length} seconds">
<polyline fill="none" stroke="currentColor" stroke-width="2" points="${points.join(' ')}"/></svg></figure>`
}

function table(head: string[], rows: string[][]): string {
  const cells = (kind: string, values: string[]) =>
    `<tr>${values.map((value) => `<${kind}>${escapeHtml(value)}</${kind}>`).join('')}</tr>`
  return `<table><thead>${cells('th', head)}</thead><tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table>`
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
figure{margin:1rem 0}svg{width:100%;height:auto;border-bottom:1px solid #999;color:#2457a6}
table{border-collapse:collapse;margin:1rem 0}td,th{border-bottom:1px solid #ccc;padding:.25rem .75rem;text-align:left}
@media(prefers-color-scheme:dark){body{background:#14171c;color:#e8eaed}svg{color:#8ab4f8}td,th{border-color:#3c4043}}`
