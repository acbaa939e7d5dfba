/** Sets text of any script on a page: cuts the fonts that it needs, measures, wraps, and draws run by run. */
import type PDFDocument from 'pdfkit'
import { cutFont } from './fonts.ts'
import { type Run, runsOf } from './runs.ts'

export type Weight = 400 | 700
type Document = InstanceType<typeof PDFDocument>

export interface SetText {
  text: string
  weight: Weight
  size: number
}

/**
 * pdfkit shapes word by word, which sets the words of a run from the right in wrong order, except where features are
 * named, even none.
 */
const shaped = ({ isRightToLeft }: Run): { features?: [] } => (isRightToLeft ? { features: [] } : {})

const nameOf = (font: string, weight: Weight) => `${font} ${weight}`

/** Registers every font that the texts need; what is embedded in the end is only the characters that were drawn. */
export async function registerFonts(document: Document, texts: readonly SetText[]): Promise<void> {
  const needed = new Map<string, { font: string; weight: Weight }>()
  for (const { text, weight } of texts)
    for (const { font } of runsOf(`${text} …`)) needed.set(nameOf(font, weight), { font, weight })
  for (const [key, { font, weight }] of needed) document.registerFont(key, await cutFont(font, weight))
}

/** Draws at a place, within a width and a number of lines; returns where the next text may begin. */
export function drawText(
  document: Document,
  { text, weight, size }: SetText,
  at: { x: number; y: number; width: number; linesMax: number },
): number {
  const lineHeight = size * 1.35
  let { y } = at
  for (const line of wrap(document, { text, weight, size }, at.width, at.linesMax)) {
    let { x } = at
    for (const run of runsOf(line)) {
      // On one line of writing, whatever the fonts think of their height.
      const options = { lineBreak: false, baseline: 'alphabetic', ...shaped(run) } as const
      const writing = document.font(nameOf(run.font, weight)).fontSize(size)
      writing.text(run.text, x, y + size * 1.07, options)
      x += widthOf(document, run, weight, size)
    }
    y += lineHeight
  }
  return y
}

function wrap(
  document: Document,
  { text, weight, size }: SetText,
  width: number,
  linesMax: number,
): string[] {
  const measure = (line: string) =>
    runsOf(line).reduce((sum, run) => sum + widthOf(document, run, weight, size), 0)
  if (measure(text) <= width) return [text]
  const lines: string[] = []
  let line = ''
  // Between words, and between the characters of scripts that have no spaces.
  for (const part of text.match(
    /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|[^\s\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]+|\s+/gu,
  ) ?? []) {
    if (measure(line + part) <= width) {
      line += part
      continue
    }
    if (line.trim() !== '') lines.push(line.trim())
    line = fitting(part.trimStart(), (piece) => measure(piece) <= width, lines)
  }
  if (line.trim() !== '') lines.push(line.trim())
  if (lines.length <= linesMax) return lines
  const last = [...(lines[linesMax - 1] ?? '')]
  while (last.length > 0 && measure(`${last.join('')}…`) > width) last.pop()
  return [...lines.slice(0, linesMax - 1), `${last.join('')}…`]
}

/** A word that is wider than the line is broken anywhere; what is left begins the next line. */
function fitting(word: string, fits: (piece: string) => boolean, lines: string[]): string {
  let piece = ''
  for (const character of word) {
    if (fits(piece + character)) piece += character
    else {
      if (piece !== '') lines.push(piece)
      piece = character
    }
  }
  return piece
}

function widthOf(document: Document, run: Run, weight: Weight, size: number): number {
  return document.font(nameOf(run.font, weight)).fontSize(size).widthOfString(run.text, shaped(run))
}
