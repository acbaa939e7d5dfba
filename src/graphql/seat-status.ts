/** The four statuses of a seat, as the ledger's letters and as the schema's names. */
import type { StatusLetter } from '../seating/index.ts'
import { builder } from './builder.ts'

export const SeatStatus = builder.enumType('SeatStatus', {
  description: 'What can be done with a seat.',
  values: {
    AVAILABLE: { value: 'a', description: 'Free to be locked.' },
    LOCKED: { value: 'l', description: 'Kept for a buyer who has not paid yet.' },
    BOOKED: { value: 'b', description: 'Sold.' },
    NOT_FOR_SALE: { value: 'n', description: 'Not sold at this show.' },
  } as const,
})

export function statusAt(statuses: string, seatNo: number): StatusLetter {
  const letter = statuses[seatNo]
  switch (letter) {
    case 'a':
    case 'l':
    case 'b':
      return letter
    default:
      return 'n'
  }
}
