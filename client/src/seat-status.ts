/** What a seat can be, as one small number: two bits in the packed map, one letter in a frame. */
export const seatCodes = { available: 0, locked: 1, booked: 2, notForSale: 3 } as const
export type SeatCode = (typeof seatCodes)[keyof typeof seatCodes]

/** By character code. -1 is no status. */
export function codeOfLetter(char: number): SeatCode | -1 {
  switch (char) {
    case 97: // a
      return seatCodes.available
    case 108: // l
      return seatCodes.locked
    case 98: // b
      return seatCodes.booked
    case 110: // n
      return seatCodes.notForSale
    default:
      return -1
  }
}
