/**
 * Gate: who is let in. Online nobody enters twice with one ticket; gates without network may each let the same ticket in,
 * and every one of these cases is found when they come back.
 *
 * Words: a *scan* lets somebody in or out, or is *undone*; scans are only added. A ticket's *turn* numbers its scans, and
 * the first to write a turn has it. A *bundle* is what a device needs without network; its scans are *synced* later. A
 * *conflict* is a ticket whose scans cannot all have been right. docs/gate.md has it all.
 */
export type { ConflictKind, ScanConflict } from './find-conflicts.ts'
export { gateLimits } from './gate-limits.ts'
export type { ListedGate, ShowAtGate } from './gate-policy.ts'
export { type Gate, openGate } from './open-gate.ts'
export {
  AlreadyUsed,
  BadGatePlan,
  BadScanInput,
  ClockWrong,
  ForgedTicket,
  GateNotListed,
  GateShowNotFound,
  NoReEntry,
  NoTicketCode,
  NotInside,
  ReplacedCode,
  RevokedKey,
  ScanNotFound,
  ScanNotUndone,
  ShowIsCancelled,
  ShowOver,
  TooEarly,
  UnknownKey,
  UnknownTicket,
  VoidTicket,
  WrongGate,
  WrongShow,
} from './refusals.ts'
export type { ScanRow } from './scan-rows.ts'
export type { SyncedScan, SyncOutcome } from './sync-scans.ts'
