/** The refusals of the gate as data: one type per reason, each with what the person at the door needs to go on. */
import {
  AlreadyUsed,
  BadGatePlan,
  BadScanInput,
  ClockWrong,
  ForgedTicket,
  GateNotListed,
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
} from '../gate/index.ts'
import { builder } from './builder.ts'
import { RefusalRef } from './refusal-code.ts'

export { BadGatePlan, BadScanInput, ClockWrong, ScanNotFound, ScanNotUndone }

/** Why a ticket is not let in or out. */
export const atTheDoor = [
  ...[NoTicketCode, ForgedTicket, UnknownKey, RevokedKey, WrongShow, ShowIsCancelled],
  ...[VoidTicket, ReplacedCode, UnknownTicket, TooEarly, ShowOver, GateNotListed, WrongGate],
  ...[AlreadyUsed, NotInside, NoReEntry],
]

const interfaces = [RefusalRef]

builder.objectType(BadScanInput, {
  name: 'BadScanInput',
  interfaces,
  description: 'A name, or a list of scans, is not of its form. Nothing was kept.',
  fields: (t) => ({ argument: t.exposeString('argument', { description: 'Which argument.' }) }),
})

builder.objectType(ClockWrong, {
  name: 'ClockWrong',
  interfaces,
  description:
    'The device’s clock is off by more than two minutes. Shift its times by the difference and send them again.',
  fields: (t) => ({
    serverTime: t.expose('serverTime', { type: 'DateTime', description: 'What time it is.' }),
  }),
})

builder.objectType(NoTicketCode, {
  name: 'NoTicketCode',
  interfaces,
  description: 'This is no ticket code of a kind known here.',
})

builder.objectType(ForgedTicket, {
  name: 'ForgedTicket',
  interfaces,
  description: 'It looks like a ticket code, names a key of ours, and was not made by us.',
})

const keyId = 'Eight hex digits: the key that the code names.'

builder.objectType(UnknownKey, {
  name: 'UnknownKey',
  interfaces,
  description: 'It was made with a key that is not ours: forged, or a ticket of another house.',
  fields: (t) => ({ keyId: t.exposeString('keyId', { description: keyId }) }),
})

builder.objectType(RevokedKey, {
  name: 'RevokedKey',
  interfaces,
  description: 'Its key was revoked. The buyer of the ticket finds a new code in the booking.',
  fields: (t) => ({ keyId: t.exposeString('keyId', { description: keyId }) }),
})

builder.objectType(WrongShow, {
  name: 'WrongShow',
  interfaces,
  description: 'A genuine ticket for another show.',
  fields: (t) => ({
    title: t.exposeString('title', {
      nullable: true,
      description: 'What is performed there. Null when the show is not known any more.',
    }),
    startsAt: t.expose('startsAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When that show starts.',
    }),
  }),
})

builder.objectType(ShowIsCancelled, {
  name: 'ShowIsCancelled',
  interfaces,
  description: 'The show does not take place.',
})

builder.objectType(VoidTicket, {
  name: 'VoidTicket',
  interfaces,
  description: 'The ticket is void: its booking was cancelled.',
})

builder.objectType(ReplacedCode, {
  name: 'ReplacedCode',
  interfaces,
  description: 'A newer code of this ticket exists, and only that one lets in.',
})

builder.objectType(UnknownTicket, {
  name: 'UnknownTicket',
  interfaces,
  description: 'A genuine ticket that this database does not have: it was restored, or is another one.',
})

builder.objectType(TooEarly, {
  name: 'TooEarly',
  interfaces,
  description: 'The gates of the show are not open yet.',
  fields: (t) => ({ opensAt: t.expose('opensAt', { type: 'DateTime', description: 'When they open.' }) }),
})

builder.objectType(ShowOver, {
  name: 'ShowOver',
  interfaces,
  description: 'The gates of the show are closed.',
  fields: (t) => ({ closedAt: t.expose('closedAt', { type: 'DateTime', description: 'Since when.' }) }),
})

builder.objectType(GateNotListed, {
  name: 'GateNotListed',
  interfaces,
  description: 'The show lists its gates, and this is none of them.',
  fields: (t) => ({ gates: t.exposeStringList('gates', { description: 'Its gates.' }) }),
})

builder.objectType(WrongGate, {
  name: 'WrongGate',
  interfaces,
  description: 'This seat enters by another gate.',
  fields: (t) => ({ gates: t.exposeStringList('gates', { description: 'The gates that let it in.' }) }),
})

builder.objectType(AlreadyUsed, {
  name: 'AlreadyUsed',
  interfaces,
  description: 'Somebody has come in with this ticket.',
  fields: (t) => ({
    scannedAt: t.expose('scannedAt', { type: 'DateTime', description: 'When.' }),
    gate: t.exposeString('gate', { description: 'At which gate.' }),
    device: t.exposeString('device', { description: 'With which device.' }),
  }),
})

builder.objectType(NotInside, {
  name: 'NotInside',
  interfaces,
  description: 'Nobody is inside with this ticket, so nobody goes out.',
})

builder.objectType(NoReEntry, {
  name: 'NoReEntry',
  interfaces,
  description: 'Whoever leaves this show does not come in again, so nobody is scanned out.',
})

builder.objectType(ScanNotFound, {
  name: 'ScanNotFound',
  interfaces,
  description: 'There is no such scan.',
})

const ScanNotUndoneReason = builder.enumType('ScanNotUndoneReason', {
  description: 'Why a scan still counts.',
  values: {
    NOT_LAST: { value: 'not_last', description: 'Its ticket was scanned again since.' },
    TOO_LATE: { value: 'too_late', description: 'Only an organiser may undo it now.' },
  } as const,
})

builder.objectType(ScanNotUndone, {
  name: 'ScanNotUndone',
  interfaces,
  description: 'The scan still counts.',
  fields: (t) => ({
    reason: t.field({ type: ScanNotUndoneReason, description: 'Why.', resolve: ({ reason }) => reason }),
  }),
})

builder.objectType(BadGatePlan, {
  name: 'BadGatePlan',
  interfaces,
  description: 'The gates cannot work like this. They work as before.',
})
