/// <reference path="./font-packages.d.ts" />
/**
 * A line of text as it is drawn from left to right: runs of one font and one direction. Within a run that reads from the
 * right the characters keep the order of reading, because shaping turns them.
 */
import bidiFactory from 'bidi-js'
import { fontOf, hasCharacter, replacement } from './fonts.ts'

export interface Run {
  font: string
  text: string
  /** It reads from the right. */
  isRightToLeft: boolean
}

const bidi = bidiFactory()
const fromTheRight = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
/** They would change how the rest of the line reads, or draw nothing where something is. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]+/gu

/** What can be drawn: no controls, no overrides of direction, no halves of characters, nothing without end. */
export function printable(text: string, charsMax: number): string {
  const clean = text.toWellFormed().replace(unprintable, ' ').replace(/\s+/g, ' ').trim()
  const known = [...clean].map((character) =>
    fontOf(character.codePointAt(0) ?? 0) === null ? replacement : character,
  )
  return known.length > charsMax ? `${known.slice(0, charsMax - 1).join('')}…` : known.join('')
}

export function runsOf(line: string): Run[] {
  const levels = fromTheRight.test(line) ? bidi.getEmbeddingLevels(line).levels : []
  const runs: (Run & { level: number })[] = []
  let at = 0
  for (const character of line) {
    const level = levels[at] ?? 0
    const last = runs.at(-1)
    const font = fontFor(character, last?.font)
    if (last && last.font === font && last.level === level) last.text += character
    else runs.push({ font, text: character, level, isRightToLeft: level % 2 === 1 })
    at += character.length
  }
  return inVisualOrder(runs)
}

/** A mark that stands on the letter before it is drawn in that letter's font, where the font has it. */
function fontFor(character: string, before: string | undefined): string {
  const codePoint = character.codePointAt(0) ?? 0
  if (before !== undefined && /^\p{M}$/u.test(character) && hasCharacter(before, codePoint)) return before
  return fontOf(codePoint) ?? fontOf(0xfffd) ?? 'noto-sans-latin'
}

/** From the highest level down, every stretch of at least that level is turned round (rule L2 of the standard). */
function inVisualOrder(runs: (Run & { level: number })[]): Run[] {
  const ordered = [...runs]
  const highest = Math.max(0, ...ordered.map(({ level }) => level))
  for (let level = highest; level > 0; level--) {
    for (let from = 0; from < ordered.length; from++) {
      let to = from
      while (to < ordered.length && (ordered[to]?.level ?? 0) >= level) to += 1
      if (to > from) ordered.splice(from, to - from, ...ordered.slice(from, to).reverse())
      from = Math.max(from, to)
    }
  }
  return ordered.map(({ font, text, isRightToLeft }) => ({ font, text, isRightToLeft }))
}
