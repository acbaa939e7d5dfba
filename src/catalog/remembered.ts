/**
 * What never or seldom changes, kept once it was read: the most recently used, within a bound. Whoever asks for what is being read
 * waits for that reading: when a sale begins, thousands want the same plan in the same moment, and it is read and parsed
 * once.
 */
export interface RememberLimits {
  countMax: number
  /** How old an answer may be; left out for what never changes. */
  msMax?: number
}

export class Remembered<Value extends { id: number }> {
  readonly #kept = new Map<number, { value: Value; untilMs: number }>()
  readonly #underway = new Map<number, Promise<Map<number, Value>>>()
  readonly #limits: RememberLimits
  readonly #read: (ids: readonly number[]) => Promise<Value[]>

  constructor(limits: RememberLimits, read: (ids: readonly number[]) => Promise<Value[]>) {
    this.#limits = limits
    this.#read = read
  }

  /** In the order of the ids, null for what is not there. */
  async find(ids: readonly number[]): Promise<(Value | null)[]> {
    const found = new Map<number, Value>()
    for (const id of ids) {
      const kept = this.#kept.get(id)
      if (!kept || performance.now() >= kept.untilMs) continue
      this.#touch(id, kept)
      found.set(id, kept.value)
    }
    const missing = ids.filter((id) => !found.has(id))
    const mine = missing.filter((id) => !this.#underway.has(id))
    if (mine.length > 0) this.#start(mine)
    const readings = new Set(missing.flatMap((id) => this.#underway.get(id) ?? []))
    for (const reading of readings) for (const [id, value] of await reading) found.set(id, value)
    return ids.map((id) => found.get(id) ?? null)
  }

  #start(ids: number[]): void {
    const reading = this.#read(ids).then(
      (values) => new Map(values.map((value) => [value.id, this.#keep(value)])),
    )
    for (const id of ids) this.#underway.set(id, reading)
    const over = () => {
      for (const id of ids) this.#underway.delete(id)
    }
    reading.then(over, over)
  }

  #keep(value: Value): Value {
    this.#touch(value.id, {
      value,
      untilMs: performance.now() + (this.#limits.msMax ?? Number.POSITIVE_INFINITY),
    })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > this.#limits.countMax && oldest !== undefined) this.#kept.delete(oldest)
    return value
  }

  /** The last in the map is the last used. */
  #touch(id: number, kept: { value: Value; untilMs: number }): void {
    this.#kept.delete(id)
    this.#kept.set(id, kept)
  }
}
