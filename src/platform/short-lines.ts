/** Turns a log's JSON lines into short ones for people: time, level, message, fields, and below an error its stack. */
import type { DestinationStream } from 'pino'

const levelChars = 5
const left = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg', 'err', 'error'])

export function shortLines(out: DestinationStream): DestinationStream {
  return { write: (line) => out.write(short(line)) }
}

function short(line: string): string {
  const entry = JSON.parse(line) as Record<string, unknown>
  const time = String(entry.time).slice(11, 23)
  const level = String(entry.level).toUpperCase().padEnd(levelChars)
  const fields = Object.entries(entry)
    .filter(([key]) => !left.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const stacks = [entry.err, entry.error].flatMap(stackOf)
  return `${[time, level, entry.msg, ...fields].join(' ')}\n${stacks.map((text) => `${text}\n`).join('')}`
}

function stackOf(error: unknown): string[] {
  if (error === undefined) return []
  if (typeof error !== 'object' || error === null) return [`  ${JSON.stringify(error)}`]
  const { stack, cause } = error as { stack?: unknown; cause?: unknown }
  const own = typeof stack === 'string' ? stack : JSON.stringify(error)
  return [own.replace(/^/gm, '  '), ...stackOf(cause)]
}
