/** Why nobody is let in, out, or undone. One class per reason, with what the person at the gate needs to go on. */
import { Refusal } from '../platform/failures.ts'

/** A name that a device or a person gave is not of its form. */
export class BadScanInput extends Refusal {
  readonly code = 'BAD_SCAN_INPUT'
  readonly argument: string

  constructor(argument: string, expected: string) {
    super(`${argument} is not of its form: expected ${expected}.`)
    this.argument = argument
  }
}

export class ClockWrong extends Refusal {
  readonly code = 'CLOCK_WRONG'
  readonly serverTime: Date

  constructor(serverTime: Date) {
    super(
      'The clock of this device is off. Shift the times of its scans by the difference and send them again.',
    )
    this.serverTime = serverTime
  }
}

export class NoTicketCode extends Refusal {
  readonly code = 'NO_TICKET_CODE'

  constructor() {
    super('This is not a ticket code of a kind known here.')
  }
}

export class ForgedTicket extends Refusal {
  readonly code = 'FORGED_TICKET'

  constructor() {
    super('This ticket was not made by us.')
  }
}

/** `keyId` is eight hex digits: which key the code says it was made with. */
export class UnknownKey extends Refusal {
  readonly code = 'UNKNOWN_KEY'
  readonly keyId: string

  constructor(keyId: string) {
    super('This ticket was made with a key that is not ours.')
    this.keyId = keyId
  }
}

export class RevokedKey extends Refusal {
  readonly code = 'REVOKED_KEY'
  readonly keyId: string

  constructor(keyId: string) {
    super('This code no longer holds. Its buyer finds a new one in the booking.')
    this.keyId = keyId
  }
}

export class WrongShow extends Refusal {
  readonly code = 'WRONG_SHOW'
  /** Null when no such show is known any more. */
  readonly title: string | null
  readonly startsAt: Date | null

  constructor(show: { title: string; startsAt: Date } | null) {
    super(show ? `This ticket is for another show: ${show.title}.` : 'This ticket is for another show.')
    this.title = show?.title ?? null
    this.startsAt = show?.startsAt ?? null
  }
}

/** The show lists its gates, and this is none of them. */
export class GateNotListed extends Refusal {
  readonly code = 'GATE_NOT_LISTED'
  readonly gates: string[]

  constructor(gates: string[]) {
    super(`This show has no such gate. Its gates are: ${gates.join(', ')}.`)
    this.gates = gates
  }
}

export class WrongGate extends Refusal {
  readonly code = 'WRONG_GATE'
  /** The gates that let this seat in. */
  readonly gates: string[]

  constructor(gates: string[]) {
    super(
      gates.length > 0
        ? `This seat enters by: ${gates.join(', ')}.`
        : 'No gate of this show lets this seat in.',
    )
    this.gates = gates
  }
}

export class VoidTicket extends Refusal {
  readonly code = 'VOID_TICKET'

  constructor() {
    super('This ticket is void: its booking was cancelled.')
  }
}

export class ReplacedCode extends Refusal {
  readonly code = 'REPLACED_CODE'

  constructor() {
    super('This code was replaced by a newer one of the same ticket. Its buyer finds it in the booking.')
  }
}

/** Genuine, and not in the database that answers. */
export class UnknownTicket extends Refusal {
  readonly code = 'UNKNOWN_TICKET'

  constructor() {
    super('This ticket is genuine but not known here. Ask the organiser.')
  }
}

export class AlreadyUsed extends Refusal {
  readonly code = 'ALREADY_USED'
  readonly scannedAt: Date
  readonly gate: string
  readonly device: string

  constructor(first: { scannedAtMs: number; gate: string; device: string }) {
    super(`This ticket was used at ${first.gate}.`)
    this.scannedAt = new Date(first.scannedAtMs)
    this.gate = first.gate
    this.device = first.device
  }
}

export class NotInside extends Refusal {
  readonly code = 'NOT_INSIDE'

  constructor() {
    super('Nobody is inside with this ticket.')
  }
}

export class NoReEntry extends Refusal {
  readonly code = 'NO_RE_ENTRY'

  constructor() {
    super('Whoever leaves this show does not come in again, so nobody is scanned out.')
  }
}

export class TooEarly extends Refusal {
  readonly code = 'TOO_EARLY'
  readonly opensAt: Date

  constructor(opensAt: Date) {
    super('The gates of this show are not open yet.')
    this.opensAt = opensAt
  }
}

export class ShowOver extends Refusal {
  readonly code = 'SHOW_OVER'
  readonly closedAt: Date

  constructor(closedAt: Date) {
    super('The gates of this show are closed.')
    this.closedAt = closedAt
  }
}

export class ShowIsCancelled extends Refusal {
  readonly code = 'SHOW_IS_CANCELLED'

  constructor() {
    super('This show was cancelled.')
  }
}

export class ScanNotFound extends Refusal {
  readonly code = 'SCAN_NOT_FOUND'

  constructor() {
    super('There is no such scan.')
  }
}

export type ScanNotUndoneReason = 'not_last' | 'too_late'

const sentences: Record<ScanNotUndoneReason, string> = {
  not_last: 'This ticket was scanned again since. Undo that scan first.',
  too_late: 'This scan was made too long ago. Ask the organiser.',
}

export class ScanNotUndone extends Refusal {
  readonly code = 'SCAN_NOT_UNDONE'
  readonly reason: ScanNotUndoneReason

  constructor(reason: ScanNotUndoneReason) {
    super(sentences[reason])
    this.reason = reason
  }
}

/** An organiser's plan for the gates of a show cannot be meant. */
export class BadGatePlan extends Refusal {
  readonly code = 'BAD_GATE_PLAN'
}

export class GateShowNotFound extends Refusal {
  readonly code = 'SHOW_NOT_FOUND'

  constructor() {
    super('There is no such show.')
  }
}
