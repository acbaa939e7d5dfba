/** What people, processes, the network and time do, each told as data, so that a run can be shrunk and read. */
import fc from 'fast-check'
import { buyersMax, seatsMax } from './model.ts'
import { processesMax } from './shop.ts'
import { type Call, type Trouble, troubles } from './weather.ts'

export type Act =
  | { do: 'lock'; at: number; buyer: number; seats: number[] }
  | { do: 'buy'; at: number; buyer: number; seats: number[]; token: string }
  /** `lock` and `booking` count from the newest one backwards. */
  | { do: 'book'; at: number; lock: number; token: string }
  | { do: 'repeat'; at: number; booking: number }
  | { do: 'reuse'; at: number; booking: number }
  | { do: 'cancel'; at: number; booking: number }
  | { do: 'give_back'; at: number; booking: number; seat: number }
  | { do: 'answer'; booking: number; approve: boolean }
  | { do: 'notice'; at: number; booking: number; times: number }
  | { do: 'round'; at: number }
  | { do: 'owe_again' }
  | { do: 'arrive' }

/** What is not done while something else is. */
export type Event =
  | { do: 'trouble'; trouble: Trouble; call: Call; times: number }
  | { do: 'down' }
  | { do: 'up' }
  | { do: 'gateway_killed' }
  | { do: 'stall'; at: number; point: string }
  | { do: 'resume'; at: number }
  | { do: 'replace'; at: number }
  | { do: 'pass'; ms: number }
  | { do: 'resolve'; at: number; booking: number }
  | { do: 'cancel_show'; at: number }

const points = [
  ...['booking: checkout begun', 'booking: begun', 'booking: open answered', 'booking: intent noted'],
  ...['booking: confirm marked', 'booking: confirm answered', 'booking: look answered'],
  ...['booking: cancel answered', 'booking: sold', 'booking: given up', 'booking: sale undone'],
  ...['booking: retaken', 'cancel: gateway answered', 'refund: answered'],
  ...['cancel show: closed', 'cancel show: some cancelled'],
]

const at = fc.nat({ max: processesMax - 1 })
const newest = fc.nat({ max: 3 })
const named = <Name extends string>(name: Name) => fc.constant(name)

const often = (weight: number, arbitrary: fc.Arbitrary<string>) => ({ weight, arbitrary })
const token = fc.oneof(
  often(7, named('tok_ok')),
  often(5, named('tok_requires_action')),
  often(2, fc.constantFrom('tok_declined', 'tok_error', 'tok_reset')),
  often(2, fc.constantFrom('tok_slow', 'tok_late', 'tok_timeout', 'tok_of_nobody')),
)

const wish = {
  ...{ at, buyer: fc.integer({ min: 1, max: buyersMax }) },
  seats: fc.uniqueArray(fc.nat({ max: seatsMax - 1 }), { minLength: 1, maxLength: 3 }),
}
const book = fc.record({ do: named('book'), at, lock: fc.nat({ max: 2 }), token })
const ofBooking = <Name extends string>(name: Name) => fc.record({ do: named(name), at, booking: newest })

export const giveBack: fc.Arbitrary<Act> = fc.record({
  ...{ do: named('give_back'), at, booking: newest },
  seat: fc.nat({ max: 2 }),
})

export const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: ofBooking('repeat') },
  { weight: 1, arbitrary: ofBooking('reuse') },
  { weight: 3, arbitrary: ofBooking('cancel') },
  { weight: 4, arbitrary: giveBack },
  { weight: 4, arbitrary: fc.record({ do: named('answer'), booking: newest, approve: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ do: named('notice'), at, booking: newest },
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: named('round'), at }) },
  { weight: 1, arbitrary: fc.record({ do: named('owe_again') }) },
  { weight: 1, arbitrary: fc.record({ do: named('arrive') }) },
)

export const purchase: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: named('buy'), ...wish, token }) },
  { weight: 1, arbitrary: fc.record({ do: named('lock'), ...wish }) },
  { weight: 1, arbitrary: book },
)

/** What makes the product call its gateway so. */
export const callers: Record<Call, fc.Arbitrary<Act>> = {
  open: fc.record({ do: named('buy'), ...wish, token }),
  confirm: fc.record({ do: named('buy'), ...wish, token }),
  look: ofBooking('notice').map((notice) => ({ ...notice, times: 1 })),
  cancel: ofBooking('cancel'),
  refund: ofBooking('cancel'),
}

export const trouble = fc.constantFrom(...(Object.keys(troubles) as Trouble[])).chain((name) =>
  fc.record({
    ...{ do: named('trouble'), trouble: named(name), call: fc.constantFrom<Call>(...troubles[name]) },
    times: fc.integer({ min: 1, max: 3 }),
  }),
)

const minuteMs = 60_000

export const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 12, arbitrary: trouble },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('down' as const, 'up' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('up' as const, 'gateway_killed' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: named('stall'), at, point: fc.constantFrom(...points) }) },
  { weight: 2, arbitrary: fc.record({ do: named('resume'), at }) },
  { weight: 2, arbitrary: fc.record({ do: named('replace'), at }) },
  {
    weight: 7,
    arbitrary: fc.record({
      do: named('pass'),
      ms: fc.constantFrom(6_000, 20_000, minuteMs, 16 * minuteMs, 130 * minuteMs),
    }),
  },
  { weight: 1, arbitrary: ofBooking('resolve') },
  { weight: 1, arbitrary: fc.record({ do: named('cancel_show'), at }) },
)
