/**
 * Ticket: the codes that let their holders in. Nobody but us can make one, a gate without network can check one, and
 * a photograph of one tells a stranger nothing.
 *
 * Words: a ticket's *code* is the text in its QR code; *generation* counts a ticket's codes, and only the newest holds;
 * a *key* makes codes (active), still vouches for them (verify-only), or is refused (revoked). docs/ticket-format.md
 * has the format, docs/decisions/0012-layers-of-a-ticket-code.md what each layer protects.
 */
export { type KeyStanding, type Verification, verifyCode } from './code.ts'
export { type CheckingKey, checkingKey, readGateKey } from './code-key.ts'
export type { CodeStanding } from './code-standing.ts'
export type { GateKey, ListedKey } from './list-keys.ts'
export type { Revoked, RevokeKey, Rotated } from './move-keys.ts'
export { openTicketing, type Ticketing, type TicketingOptions } from './open-ticketing.ts'
export type { CalendarEntry } from './paper/calendar-entry.ts'
export { openPaper, type Paper } from './paper/open-paper.ts'
export { PaperFailed } from './paper/paper-thread.ts'
export type { TicketPayload } from './payload.ts'
export { qrOf } from './qr-of.ts'
export {
  CodeNotReplaced,
  KeyNotMoved,
  OfferNotFound,
  TicketNotFound,
  TicketNotTransferable,
} from './refusals.ts'
export type { ReplaceCode } from './replace-code.ts'
export type { KeySealer } from './room.ts'
export { sealedByTicketing } from './sealed-columns.ts'
export { type GateSignature, isSignedForGates } from './sign-for-gates.ts'
export type { TicketLimits } from './ticket-limits.ts'
export type { HeldTicket, TakeTicket } from './transfer.ts'
