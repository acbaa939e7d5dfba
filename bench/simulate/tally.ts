/** What came of it all, counted while it happens. */
export type Operation = 'guest' | 'map' | 'lock' | 'release' | 'book' | 'look'

export type Ending =
  | 'bought'
  | 'left with seats locked'
  | 'gave seats back'
  | 'declined and left'
  | 'lost too many seats'
  | 'sold out'
  | 'turned away'
  | 'met a fault'

export interface Second {
  arrived: number
  locks: number
  refused: number
  seatsSold: number
  /** Milliseconds of lock requests that were answered in it. */
  lockMs: number[]
}

export interface Tally {
  latencies: Record<Operation, number[]>
  endings: Partial<Record<Ending, number>>
  /** Answers that were no success, by what they said. */
  refusals: Record<string, number>
  seconds: Second[]
  /** Fans who are there now. */
  inside: number
  arrived: number
  seatsSold: number
  bookings: number
  /** Of those who bought: from their arrival to their tickets, and how often they lost seats on the way. */
  toTicketsMs: number[]
  lostSeats: number[]
  faults: string[]
}

export function openTally(): Tally {
  return {
    latencies: { guest: [], map: [], lock: [], release: [], book: [], look: [] },
    ...{ endings: {}, refusals: {}, seconds: [], faults: [] },
    ...{ inside: 0, arrived: 0, seatsSold: 0, bookings: 0, toTicketsMs: [], lostSeats: [] },
  }
}

export function secondOf({ seconds }: Tally, elapsedMs: number): Second {
  const at = Math.floor(elapsedMs / 1_000)
  while (seconds.length <= at) {
    seconds.push({ arrived: 0, locks: 0, refused: 0, seatsSold: 0, lockMs: [] })
  }
  return seconds[at] as Second
}

export function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1
}
