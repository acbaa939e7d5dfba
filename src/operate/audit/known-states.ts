/**
 * What belongs to each state of a booking, said once more and apart from the code that makes it so. A new state does not
 * compile until it is told here what it promises.
 */
import type { BookingState } from '../../booking/index.ts'
import type { PaymentState } from '../../payment/index.ts'

export interface StateFacts {
  /** What its seats' claims are; null: it has none. */
  claims: 'paying' | 'sold' | null
  /** What its payment may be. Where there is nothing to pay there is none. */
  payments: readonly PaymentState[]
  /** waits: for the gateway or the buyer. waits_for_person: without a limit. ended: neither seats nor money. */
  kind: 'waits' | 'waits_for_person' | 'stands' | 'ended'
}

const sent = ['CONFIRMING', 'REQUIRES_ACTION'] as const satisfies PaymentState[]

export const knownStates: Readonly<Record<BookingState, StateFacts>> = {
  PENDING: { claims: 'paying', payments: ['OPENING', 'OPENED', ...sent], kind: 'waits' },
  PAYMENT_QUEUED: { claims: 'paying', payments: ['OPENING', 'OPENED'], kind: 'waits' },
  REQUIRES_ACTION: { claims: 'paying', payments: sent, kind: 'waits' },
  PAYMENT_UNKNOWN: { claims: 'paying', payments: sent, kind: 'waits' },
  NEEDS_OPERATOR: { claims: 'paying', payments: sent, kind: 'waits_for_person' },
  CONFIRMED: { claims: 'sold', payments: ['SUCCEEDED'], kind: 'stands' },
  FAILED: { claims: null, payments: ['SUCCEEDED', 'DECLINED', 'CANCELLED'], kind: 'ended' },
  CANCELLED: { claims: null, payments: ['SUCCEEDED', 'DECLINED', 'CANCELLED'], kind: 'ended' },
}

function statesWith(holds: (facts: StateFacts) => boolean): BookingState[] {
  return (Object.keys(knownStates) as BookingState[]).filter((state) => holds(knownStates[state]))
}

export const waitingStates = statesWith(({ claims }) => claims === 'paying')
export const endedStates = statesWith(({ kind }) => kind === 'ended')
