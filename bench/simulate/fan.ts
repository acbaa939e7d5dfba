/** One fan, from looking at the map to the tickets, or to whatever made them leave. */
import { chooseSeats, type Hall } from './choose-seats.ts'
import type { Answered, FanApi } from './fan-api.ts'
import type { Chance } from './random.ts'
import { people } from './settings.ts'
import { count, type Ending, secondOf, type Tally } from './tally.ts'

export interface FanLife {
  api: FanApi
  hall: Hall
  chance: Chance
  tally: Tally
  pace: number
  /** Since the doors opened. */
  elapsedMs: () => number
  pause: (ms: number) => Promise<void>
}

export async function liveFan(life: FanLife): Promise<Ending> {
  const arrivedMs = life.elapsedMs()
  const wanted = life.chance.oneOf(people.groups)
  if ((await patiently(life, () => life.api.guest())).__typename !== 'StartGuestSessionOk')
    return 'turned away'
  let lost = 0
  let isAgain = false
  for (let attempt = 0; lost < people.triesMax; attempt++) {
    const locked = await lockSome(life, wanted, attempt, isAgain)
    if (typeof locked === 'string') return locked
    isAgain = true
    if (locked.lockId === null) {
      lost += 1
      continue
    }
    const ending = await checkOut(life, locked.lockId, locked.seats, attempt)
    if (ending !== 'again') {
      if (ending === 'bought') {
        life.tally.toTicketsMs.push(life.elapsedMs() - arrivedMs)
        life.tally.lostSeats.push(lost)
      }
      return ending
    }
  }
  return 'lost too many seats'
}

/** The lock, or null when somebody else was faster; an ending when there is nothing to lock. */
async function lockSome(
  life: FanLife,
  wanted: number,
  attempt: number,
  isAgain: boolean,
): Promise<{ lockId: string | null; seats: number } | Ending> {
  const { api, chance, tally } = life
  const statuses = await api.map()
  if (!statuses) return 'turned away'
  const isFree = (seatNo: number) => (((statuses[seatNo >> 2] ?? 0) >> ((seatNo & 3) * 2)) & 3) === 0
  // Who finds no neighbours takes fewer.
  for (let size: number = wanted; size > 0; size--) {
    const seats = chooseSeats(life.hall, isFree, size, chance)
    if (!seats) continue
    await hesitate(life, isAgain ? people.lookAgainMs : people.lookMs)
    const begunMs = life.elapsedMs()
    const ids = seats.map(({ seatId }) => seatId)
    const answer = await patiently(life, () => api.lock(ids, `lock-${attempt}`))
    const second = secondOf(tally, life.elapsedMs())
    second.lockMs.push(life.elapsedMs() - begunMs)
    if (answer.lock) {
      second.locks += 1
      return { lockId: answer.lock.id, seats: size }
    }
    second.refused += 1
    if (answer.__typename === 'SeatsUnavailable') return { lockId: null, seats: 0 }
    return answer.__typename === 'ShowNotOnSale' ? 'sold out' : 'turned away'
  }
  return 'sold out'
}

async function checkOut(
  life: FanLife,
  lockId: string,
  seats: number,
  attempt: number,
): Promise<Ending | 'again'> {
  const { api, chance, tally } = life
  await hesitate(life, people.checkoutMs)
  if (chance.happens(people.leaveAtCheckout)) {
    if (!chance.happens(people.leavesPolitely)) return 'left with seats locked'
    await api.release(lockId)
    return 'gave seats back'
  }
  const method = chance.happens(people.declined) ? 'tok_declined' : 'tok_ok'
  const answer = await patiently(life, () => api.book(lockId, method, `pay-${attempt}`))
  if (answer.__typename === 'LockNotFound') return 'again'
  if (!answer.booking) return 'turned away'
  const state = await settled(life, answer.booking)
  if (state === 'CONFIRMED') {
    tally.bookings += 1
    tally.seatsSold += seats
    secondOf(tally, life.elapsedMs()).seatsSold += seats
    return 'bought'
  }
  if (state !== 'FAILED') return 'met a fault'
  count(tally.refusals, 'book: declined')
  return chance.happens(people.paysAgain) ? 'again' : 'declined and left'
}

async function settled({ api, pause }: FanLife, booking: { id: string; state: string }): Promise<string> {
  let { state } = booking
  for (let polls = 0; polls < people.bookingPollsMax; polls++) {
    if (['CONFIRMED', 'FAILED', 'CANCELLED'].includes(state)) return state
    await pause(people.bookingPollMs)
    state = (await api.look(booking.id)).booking?.state ?? state
  }
  return state
}

/** What says "later" is asked again with the same key, as clients are told to. */
async function patiently({ tally, pause }: FanLife, ask: () => Promise<Answered>): Promise<Answered> {
  for (let waits = 0; ; waits++) {
    const answer = await ask()
    const { __typename: kind, retryAfterMs } = answer
    if (!/Ok$/.test(kind) && kind !== 'Unanswered') count(tally.refusals, kind)
    if (retryAfterMs === undefined || waits >= people.waitsMax) return answer
    await pause(retryAfterMs)
  }
}

function hesitate({ chance, pace, pause }: FanLife, medianMs: number): Promise<void> {
  return pause(chance.logNormal(medianMs * pace, people.spread))
}
