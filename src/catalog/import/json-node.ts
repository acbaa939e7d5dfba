/** A value of a JSON file together with where it stands, so that every expectation that fails is told with its place. */
import type { Problems } from './problems.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: to be refused, they must be named.
const unprintable = /[\u0000-\u0008\u000e-\u001f\u007f]/

export class JsonNode {
  readonly value: unknown
  readonly path: string
  readonly #problems: Problems

  constructor(value: unknown, path: string, problems: Problems) {
    this.value = value
    this.path = path
    this.#problems = problems
  }

  get isPresent(): boolean {
    return this.value !== undefined && this.value !== null
  }

  refuse(expected: string): null {
    this.#problems.add('error', this.path || 'the file', expected, this.value)
    return null
  }

  skip(why: string): void {
    this.#problems.add('skipped', this.path, why, this.value)
  }

  /** Something else is imported in its place. */
  repair(how: string): void {
    this.#problems.add('repaired', this.path, how, this.value)
  }

  /** The fields of an object. Keys besides `known` are reported as not understood. */
  fields(known: readonly string[]): ((key: string) => JsonNode) | null {
    const { value } = this
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.refuse('an object')
    const record = value as Record<string, unknown>
    for (const key of Object.keys(record)) {
      if (!known.includes(key)) this.#problems.unknownKey(this.#join(key), record[key])
    }
    return (key) =>
      new JsonNode(Object.hasOwn(record, key) ? record[key] : undefined, this.#join(key), this.#problems)
  }

  items(countMax: number): JsonNode[] {
    if (!Array.isArray(this.value)) {
      this.refuse('a list')
      return []
    }
    if (this.value.length > countMax) {
      this.#problems.add('error', this.path, `a list of at most ${countMax}`, this.value.length)
      return []
    }
    return this.value.map((item, index) => new JsonNode(item, `${this.path}[${index}]`, this.#problems))
  }

  text(charsMax: number): string | null {
    if (typeof this.value !== 'string' || this.value.trim() === '') return this.refuse('a text')
    if (this.value.length > charsMax) return this.refuse(`a text of at most ${charsMax} characters`)
    // PostgreSQL stores no NUL, and half a surrogate pair would come back as another character.
    if (unprintable.test(this.value) || !this.value.isWellFormed()) {
      return this.refuse('a text without control characters')
    }
    return this.value.trim()
  }

  number(): number | null {
    if (typeof this.value !== 'number' || !Number.isFinite(this.value) || Math.abs(this.value) > 1e7) {
      return this.refuse('a number')
    }
    return this.value
  }

  #join(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`
  }
}
