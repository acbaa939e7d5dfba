/** What an importer has to say about a file: where, how bad, what was expected and what was found. Bounded. */
export type Severity =
  /** Nothing is imported. */
  | 'error'
  /** Imported in another form. */
  | 'repaired'
  /** Left out of the import. */
  | 'skipped'

export interface ImportProblem {
  /** Path in the file: `zones[0].rows[3].seats[7].seat_guid`. */
  where: string
  severity: Severity
  expected: string
  found: string
}

const listedMax = 1_000
const foundCharsMax = 120

export class Problems {
  readonly list: ImportProblem[] = []
  readonly counts: Record<Severity, number> = { error: 0, repaired: 0, skipped: 0 }
  /** What to do about them, for all of a kind at once. */
  readonly hints: string[] = []
  readonly #unknown = new Map<string, { count: number; first: string; example: string }>()

  add(severity: Severity, where: string, expected: string, found: unknown): void {
    this.counts[severity] += 1
    if (this.list.length < listedMax) this.list.push({ where, severity, expected, found: shown(found) })
  }

  /** A key that no importer knows: told once per kind, with how often it came. */
  unknownKey(where: string, value: unknown): void {
    const kind = where.replace(/\[\d+\]/g, '[]')
    const known = this.#unknown.get(kind)
    if (known) known.count += 1
    else this.#unknown.set(kind, { count: 1, first: where, example: shown(value) })
  }

  get hasErrors(): boolean {
    return this.counts.error > 0
  }

  /** Problems that did not fit in the list. */
  get unlisted(): number {
    return this.counts.error + this.counts.repaired + this.counts.skipped - this.list.length
  }

  /** Keys that were not understood, as problems of their own. */
  unknownKeys(): ImportProblem[] {
    return [...this.#unknown].map(([kind, { count, first, example }]) => ({
      where: kind,
      severity: 'skipped',
      expected: 'a key that is understood',
      found: `${count} times, first at ${first}: ${example}`,
    }))
  }
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value))
  return text.length > foundCharsMax ? `${text.slice(0, foundCharsMax)}…` : text
}
