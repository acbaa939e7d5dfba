/**
 * Dies where a state is about to be written, or has just been: before its COMMIT leaves this process, or when the answer
 * to it has come. Works on the statements themselves, so the product needs no point for every move.
 */
import type { Pool } from '../../src/platform/postgres.ts'

export interface Aim {
  /** Name of the statement that writes the move, or the first words of one that has no name. */
  statement: string
  /** Values that it has, of this move and no other. */
  values: readonly string[]
  when: 'before' | 'after'
}

type Query = (...args: unknown[]) => unknown

export function dieAround(pool: Pool, aim: Aim): void {
  const die = () => process.kill(process.pid, 'SIGKILL')
  pool.on('connect', (client) => {
    const query: Query = client.query.bind(client) as Query
    let isArmed = false
    let isInside = false
    const aimed: Query = (...args) => {
      const { text, name, values } = partsOf(args)
      if (/^BEGIN/i.test(text)) isInside = true
      const isIt = isAim(aim, name ?? text, values)
      const isLast = isInside ? isArmed && /^COMMIT/i.test(text) : isIt
      if (/^(COMMIT|ROLLBACK)/i.test(text)) isInside = false
      isArmed ||= isIt
      if (!isLast) return query(...args)
      if (aim.when === 'before') return die()
      // Whoever waits for the answer waits for ever: nothing may go on before the end.
      return new Promise(() => query(...args.filter((one) => typeof one !== 'function'), die))
    }
    Reflect.set(client, 'query', aimed)
  })
}

function partsOf([first, second]: unknown[]): { text: string; name: string | undefined; values: unknown[] } {
  if (typeof first === 'string')
    return { text: first.trimStart(), name: undefined, values: Array.isArray(second) ? second : [] }
  const { text = '', name, values = [] } = first as { text?: string; name?: string; values?: unknown[] }
  return { text: text.trimStart(), name, values: Array.isArray(second) ? second : values }
}

function isAim({ statement, values }: Aim, nameOrText: string, given: unknown[]): boolean {
  const hasAll = values.every((value) => given.includes(value) || nameOrText.includes(`'${value}'`))
  return nameOrText.startsWith(statement) && hasAll
}
