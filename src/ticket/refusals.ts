/** Why a code is not replaced, or a key is not moved. */
import { Refusal } from '../platform/failures.ts'

/** Also another buyer's ticket: whose it is, is not told. */
export class TicketNotFound extends Refusal {
  readonly code = 'TICKET_NOT_FOUND'

  constructor() {
    super('There is no such ticket of yours.')
  }
}

export type CodeNotReplacedReason = 'void' | 'over' | 'too_often'

const sentences: Record<CodeNotReplacedReason, string> = {
  void: 'This ticket is void, so it has no code to replace.',
  over: 'The show of this ticket is over, so its code is no longer replaced.',
  too_often: 'The code of this ticket cannot be replaced again. Ask the organiser.',
}

export class CodeNotReplaced extends Refusal {
  readonly code = 'CODE_NOT_REPLACED'
  readonly reason: CodeNotReplacedReason

  constructor(reason: CodeNotReplacedReason) {
    super(sentences[reason])
    this.reason = reason
  }
}

export type NotTransferableReason = 'void' | 'over' | 'too_often' | 'yours'

const notTransferable: Record<NotTransferableReason, string> = {
  void: 'This ticket is void, so it cannot be passed on.',
  over: 'The show of this ticket is over.',
  too_often: 'This ticket cannot be passed on again. Ask the organiser.',
  yours: 'This ticket is yours already. Send the link to whoever is to have it.',
}

export class TicketNotTransferable extends Refusal {
  readonly code = 'TICKET_NOT_TRANSFERABLE'
  readonly reason: NotTransferableReason

  constructor(reason: NotTransferableReason) {
    super(notTransferable[reason])
    this.reason = reason
  }
}

/** Withdrawn, taken by another, replaced by a later one, or never made: which of these is not told. */
export class OfferNotFound extends Refusal {
  readonly code = 'OFFER_NOT_FOUND'

  constructor() {
    super('This offer does not hold any more. Ask whoever sent it for another one.')
  }
}

/** For the operator who moves keys: what was expected, what came, what to do. */
export class KeyNotMoved extends Error {}
