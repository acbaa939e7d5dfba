/** The four statuses of a seat, as the ledger's letters and as the schema's names. */
import { builder } from './builder.ts'
import type { StatusLetter } from './context.ts'

export const SeatStatus = builder.enumType('SeatStatus', {
  description: 'What can be done with a seat.',
  values: {
    AVAILABLE: { value: 'a', description: 'Free to be locked.' },
    LOCKED: { value: 'l', description: 'Kept for a buyer who has not paid yet.' },
    BOOKED: { value: 'b', description: 'Sold.' },
    NOT_FOR_SALE: { value: 'n', description: 'Not sold at this show.' },
  } as const,
})

export function statusAt(letters: Buffer, seatNo: number): StatusLetter {
  switch (letters[seatNo]) {
    case 0x61:
      return 'a'
    case 0x6c:
      return 'l'
    case 0x62:
      return 'b'
    default:
      return 'n'
  }
}
