/**
 * An append-only file of JSON lines. A line is written before anyone hears of what it says, so a process that is killed
 * has forgotten nothing it told. It is handed to the operating system, not forced to the disk: a kill loses nothing, a
 * power cut may. One process at a time.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'

export interface Journal<Line> {
  /** What was written before, in order. */
  lines: Line[]
  append(line: Line): void
  close(): void
}

/** The file cannot be used as a journal. The sentence says what to do. */
export class BadJournal extends Error {}

const heading = JSON.stringify({ journal: 'rowlock payment sandbox', version: 1 })

export function openJournal<Line>(file: string): Journal<Line> {
  const fd = openSync(file, 'a+', 0o600)
  let bytes = 0

  const write = (line: string) => {
    const data = Buffer.from(`${line}\n`)
    try {
      for (let from = 0; from < data.length; ) from += writeSync(fd, data, from)
      bytes += data.length
    } catch (error) {
      // A part of a line, on a full disk for example, must not run into the next one.
      ftruncateSync(fd, bytes)
      throw error
    }
  }

  try {
    const { lines, wholeBytes } = readLines<Line>(file)
    // A process killed in the middle of a line had not told anyone.
    ftruncateSync(fd, wholeBytes)
    bytes = wholeBytes
    if (bytes === 0) write(heading)
    return { lines, append: (line) => write(JSON.stringify(line)), close: () => closeSync(fd) }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function readLines<Line>(file: string): { lines: Line[]; wholeBytes: number } {
  const content = readFileSync(file)
  const wholeBytes = content.lastIndexOf('\n') + 1
  const [first, ...rest] = content.subarray(0, wholeBytes).toString('utf8').split('\n').slice(0, -1)
  const isOurs = first === undefined ? heading.startsWith(content.toString('utf8')) : first === heading
  if (!isOurs) {
    throw new BadJournal(`${file} is not a journal of the payment sandbox. Name another file, or remove it.`)
  }
  const lines = rest.map((line, at) => {
    try {
      return JSON.parse(line) as Line
    } catch {
      const where = `line ${at + 2} of ${file}`
      throw new BadJournal(`Expected JSON in ${where}. Mend it, or remove the file and with it all payments.`)
    }
  })
  return { lines, wholeBytes }
}
