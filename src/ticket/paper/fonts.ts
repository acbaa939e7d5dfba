/// <reference path="./font-packages.d.ts" />
/**
 * Which font has a character: the Noto fonts, cut into many small files by ranges of characters. What a text needs is cut
 * out of them, so a PDF holds some kilobytes of fonts and not some megabytes. A character that no font has becomes one
 * that says so.
 */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as fontkit from 'fontkit'
import subsetFont from 'subset-font'

const require = createRequire(import.meta.url)

/** In the order of preference: a Han character is set as in Chinese, unless it is a Japanese or Korean one alone. */
const families = [
  'noto-sans',
  'noto-sans-hebrew',
  'noto-sans-arabic',
  'noto-sans-thai',
  'noto-sans-sc',
  'noto-sans-jp',
  'noto-sans-kr',
]

/** U+FFFD is in the first of them. */
export const replacement = '\ufffd'

interface FontFile {
  name: string
  path: string
  /** What it is meant for; `characters` is what it has. */
  ranges: [from: number, to: number][]
  characters: Set<number> | null
}

/** Of other letters than the family's own; another family has them better. */
const unwanted = /-(math|symbols)$/

let files: FontFile[] | null = null
const known = new Map<number, string | null>()
const cut = new Map<string, Promise<Buffer>>()
/** Of some 30 to 100 kB. */
const cutFontsMax = 100

/** The name of the file that has a character; null: none has it. */
export function fontOf(codePoint: number): string | null {
  const found = known.get(codePoint)
  if (found !== undefined) return found
  files ??= families.flatMap(filesOf)
  const name = files.find((file) => covers(file, codePoint))?.name ?? null
  if (known.size < 20_000) known.set(codePoint, name)
  return name
}

export function hasCharacter(name: string, codePoint: number): boolean {
  const file = files?.find((one) => one.name === name)
  return file !== undefined && covers(file, codePoint)
}

/** A font as TrueType, at the weight of text or of a heading. Cutting takes longer than all the rest of a page. */
export function cutFont(name: string, weight: 400 | 700): Promise<Buffer> {
  const key = `${name} ${weight}`
  let font = cut.get(key)
  if (!font) {
    font = cutAnew(name, weight)
    font.catch(() => cut.delete(key))
    if (cut.size >= cutFontsMax) cut.clear()
    cut.set(key, font)
  }
  return font
}

async function cutAnew(name: string, weight: 400 | 700): Promise<Buffer> {
  const file = files?.find((one) => one.name === name)
  if (!file) throw new Error(`There is no font file ${name}`)
  const options = { targetFormat: 'truetype', variationAxes: { wght: weight } } as const
  const all = String.fromCodePoint(...charactersOf(file))
  return await subsetFont(await readFile(file.path), all, options)
}

function charactersOf(file: FontFile): Set<number> {
  file.characters ??= new Set(fontkit.create(readFileSync(file.path)).characterSet)
  return file.characters
}

const covers = (file: FontFile, codePoint: number) =>
  file.ranges.some(([from, to]) => codePoint >= from && codePoint <= to) && charactersOf(file).has(codePoint)

function filesOf(family: string): FontFile[] {
  const home = dirname(require.resolve(`@fontsource-variable/${family}/package.json`))
  const subsets = JSON.parse(readFileSync(join(home, 'unicode.json'), 'utf8')) as Record<string, string>
  return Object.entries(subsets).flatMap(([subset, ranges]) => {
    const name = `${family}-${subset.replace(/[[\]]/g, '')}`
    if (unwanted.test(name)) return []
    const path = join(home, 'files', `${name}-wght-normal.woff2`)
    return [{ name, path, ranges: ranges.split(',').map(rangeOf), characters: null }]
  })
}

function rangeOf(text: string): [number, number] {
  const [from = '', to = from] = text.replace(/^U\+/i, '').split('-')
  return [Number.parseInt(from, 16), Number.parseInt(to, 16)]
}
