/** Chance that repeats: the same seed gives the same numbers (mulberry32). */
export class Chance {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = this.state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  happens(share: number): boolean {
    return this.next() < share
  }

  /** Times of people: never negative, mostly near the median, sometimes much longer. */
  logNormal(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
    return median * Math.exp(spread * normal)
  }

  oneOf<Value>(shares: readonly (readonly [Value, number])[]): Value {
    let left = this.next()
    for (const [value, share] of shares) {
      left -= share
      if (left < 0) return value
    }
    return (shares.at(-1) as readonly [Value, number])[0]
  }
}
