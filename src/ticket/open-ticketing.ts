/** Opens the room: builds what the verbs stand on. It holds nothing that has to be closed. */

import { keyIdIn, type Verification, verifyCode } from './code.ts'
import { type CodeStanding, codeStandings } from './code-standing.ts'
import { codesOf } from './codes-of.ts'
import { type KeyRing, openKeyRing } from './key-ring.ts'
import { type GateKey, gateKeys, type ListedKey, listKeys } from './list-keys.ts'
import {
  expireKeysNow,
  type Revoked,
  type RevokeKey,
  type Rotated,
  revokeKey,
  rotateKeys,
} from './move-keys.ts'
import type { TicketPayload } from './payload.ts'
import { type ReplaceCode, reissue } from './replace-code.ts'
import type { Room } from './room.ts'
import { type GateSignature, signForGates } from './sign-for-gates.ts'
import { type TicketLimits, ticketLimits } from './ticket-limits.ts'
import { type HeldTicket, offerTicket, type TakeTicket, takeTicket, withdrawOffer } from './transfer.ts'

export interface TicketingOptions extends Pick<Room, 'pool' | 'sealer' | 'clock' | 'randomBytes'> {
  limits?: Partial<TicketLimits>
}

export interface Ticketing {
  /** Null when the ticket is void or unknown, or its show is over. Whether the asker may see it is the caller's affair. */
  codeOf(ticketId: string): Promise<string | null>
  /** The same for many; tickets without a code are left out. */
  codesOf(ticketIds: readonly string[]): Promise<Map<string, string>>
  /** Whether a code is genuine. */
  verify(code: string): Promise<Verification>
  /** The same for many, in their order. */
  verifyMany(codes: readonly string[]): Promise<Verification[]>
  /** Whether a genuine code is the one its ticket has now. */
  standingOf(payload: TicketPayload): Promise<CodeStanding>
  /** The same for many, in their order. */
  standingsOf(payloads: readonly TicketPayload[]): Promise<CodeStanding[]>
  /** Replaces a code; the generation that holds now. */
  reissue(request: ReplaceCode): Promise<number>
  /** The secret by which a ticket can be taken. */
  offerTicket(ticket: HeldTicket): Promise<string>
  /** Whether there was an offer. */
  withdrawOffer(ticket: HeldTicket): Promise<boolean>
  /** The id of the ticket, which is the taker's from now on. */
  takeTicket(request: TakeTicket): Promise<string>
  rotateKeys(): Promise<Rotated>
  revokeKey(request: RevokeKey): Promise<Revoked>
  /** Revokes verify-only keys whose shows are over; their ids. */
  expireKeys(): Promise<string[]>
  listKeys(): Promise<ListedKey[]>
  /** What gates hold to check codes without network. */
  gateKeys(): Promise<GateKey[]>
  /** Signs what gates are handed, with every key that they may know. */
  signForGates(message: Uint8Array): Promise<GateSignature[]>
}

export function openTicketing({ limits, ...options }: TicketingOptions): Ticketing {
  const allLimits = { ...ticketLimits, ...limits }
  const keyRing = openKeyRing(options.pool, options.sealer, allLimits.liveKeysMax)
  const room: Room = { ...options, keyRing, limits: allLimits }
  return {
    codeOf: async (ticketId) => (await codesOf(room, [ticketId])).get(ticketId) ?? null,
    codesOf: (ticketIds) => codesOf(room, ticketIds),
    verify: (code) => verify(keyRing, code),
    verifyMany: (codes) => verifyMany(keyRing, codes),
    standingOf: async (payload) => (await codeStandings(room.pool, [payload]))[0] ?? 'unknown',
    standingsOf: (payloads) => codeStandings(room.pool, payloads),
    reissue: (request) => reissue(room, request),
    offerTicket: (ticket) => offerTicket(room, ticket),
    withdrawOffer: (ticket) => withdrawOffer(room, ticket),
    takeTicket: (request) => takeTicket(room, request),
    rotateKeys: () => rotateKeys(room),
    revokeKey: (request) => revokeKey(room, request),
    expireKeys: () => expireKeysNow(room),
    listKeys: () => listKeys(room),
    gateKeys: () => gateKeys(room),
    signForGates: (message) => signForGates(room, message),
  }
}

/** What is no code of this version is told without asking the database. */
async function verify(keyRing: KeyRing, code: string): Promise<Verification> {
  const keyId = keyIdIn(code)
  const standing = keyId === null ? null : await keyRing.standingOf(keyId)
  return verifyCode(code, () => standing ?? { state: 'unknown' })
}

async function verifyMany(keyRing: KeyRing, codes: readonly string[]): Promise<Verification[]> {
  const keyIds = new Set(codes.flatMap((code) => keyIdIn(code) ?? []))
  const standings = await keyRing.standingsOf([...keyIds])
  return codes.map((code) => verifyCode(code, (keyId) => standings.get(keyId) ?? { state: 'unknown' }))
}
