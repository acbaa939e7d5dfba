/** Where the buyer's letters go: checked when it comes, sealed where it rests, bound to its booking. */
import { EmailRefused } from './refusals.ts'
import type { Room } from './room.ts'

const charsMax = 254

/** One address and nothing else. Whether anybody reads there, only a letter can tell. */
export function requireEmail(typed: string): string {
  const email = typed.trim()
  const isAddress =
    /^[^\s@<>()[\],;:\\"]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u
  if (email.length > charsMax || !isAddress.test(email)) throw new EmailRefused()
  return email
}

export const emailContext = (bookingId: string): string => `booking.email:${bookingId}`

export const sealEmail = (
  { sealer }: Room,
  { bookingId, email }: { bookingId: string; email: string | null },
): string | null => (email === null ? null : sealer.seal(email, emailContext(bookingId)))
