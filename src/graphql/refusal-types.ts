/**
 * Refusals as data: one type per reason, each with what a client needs to go on. A result's union names every
 * refusal that its mutation can meet.
 */
import {
  BookingNotFound,
  EmailRefused,
  NotCancellable,
  PaymentMethodRefused,
  PromotionRefused,
  SeatsNotBooked,
  TicketsPassedOn,
} from '../booking/index.ts'
import {
  AlreadyExtended,
  BadSeatCount,
  KeyReused,
  LockInCheckout,
  LockNotFound,
  SeatLimitReached,
  ShowNotOnSale,
} from '../seating/index.ts'
import { CodeNotReplaced, OfferNotFound, TicketNotFound, TicketNotTransferable } from '../ticket/index.ts'
import { BookingState } from './booking.ts'
import { builder } from './builder.ts'
import { RefusalRef } from './refusal-code.ts'
import {
  BadId,
  BadIdempotencyKey,
  BadReason,
  DuplicateSeats,
  NotAllowed,
  NotSignedIn,
  Queued,
  RateLimited,
  SeatsTaken,
  ShowNotFound,
  TryAgain,
  UnknownSeats,
} from './refusals.ts'
import { SeatStatus } from './seat-status.ts'
import { SaleStatus } from './show.ts'

const interfaces = [RefusalRef]
const intMax = 2_147_483_647

builder.objectType(NotSignedIn, {
  name: 'NotSignedIn',
  interfaces,
  description: 'Send the token of an account or of a guest session in the Authorization header.',
})

builder.objectType(NotAllowed, {
  name: 'NotAllowed',
  interfaces,
  description: 'Only the people of the house may do this.',
})

builder.objectType(RateLimited, {
  name: 'RateLimited',
  interfaces,
  description: 'Too many requests of this kind.',
  fields: (t) => ({
    retryAfterMs: t.exposeInt('retryAfterMs', { description: 'How long to wait before the next one.' }),
  }),
})

builder.objectType(TryAgain, {
  name: 'TryAgain',
  interfaces,
  description:
    'Not decided, because something is away. Repeat with the same idempotency key: it finds what was done.',
  fields: (t) => ({
    retryAfterMs: t.exposeInt('retryAfterMs', { description: 'How long to wait before the repeat.' }),
  }),
})

builder.objectType(Queued, {
  name: 'Queued',
  interfaces,
  description:
    'Bookings wait at the moment, and this one was not begun: nothing was charged, and the seats stay locked until ' +
    'their time is up. Repeat with the same idempotency key.',
  fields: (t) => ({
    retryAfterMs: t.exposeInt('retryAfterMs', { description: 'How long to wait before the repeat.' }),
  }),
})

builder.objectType(BadId, {
  name: 'BadId',
  interfaces,
  description: 'An id that cannot be one.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'The id as it came, shortened.' }),
    expected: t.exposeString('expected', { description: 'The kind of object whose id belongs there.' }),
  }),
})

builder.objectType(BadIdempotencyKey, {
  name: 'BadIdempotencyKey',
  interfaces,
  description: 'A key is 1 to 64 characters out of A-Z, a-z, 0-9, "-" and "_".',
})

builder.objectType(KeyReused, {
  name: 'KeyReused',
  interfaces,
  description: 'One key belongs to one request. A repeat sends the same input, a new request a new key.',
})

builder.objectType(ShowNotFound, {
  name: 'ShowNotFound',
  interfaces,
  description: 'There is no such show, or it is not sold by seat.',
})

builder.objectType(ShowNotOnSale, {
  name: 'ShowNotOnSale',
  interfaces,
  description: 'Seats of this show cannot be had now.',
  fields: (t) => ({
    status: t.field({ type: SaleStatus, description: 'The sale’s status.', resolve: ({ status }) => status }),
  }),
})

builder.objectType(BadSeatCount, {
  name: 'BadSeatCount',
  interfaces,
  description: 'A call takes at least one seat and at most `max`, standing places included.',
  fields: (t) => ({
    count: t.int({
      description: 'How many were asked for. More than an Int can tell is told as the largest one.',
      resolve: ({ count }) => Math.min(count, intMax),
    }),
    max: t.exposeInt('max', { description: 'How many one call may ask for.' }),
  }),
})

builder.objectType(DuplicateSeats, {
  name: 'DuplicateSeats',
  interfaces,
  description: 'A seat or area stands twice in the request.',
  fields: (t) => ({
    seatIds: t.exposeStringList('seats', { description: 'The seat ids that stand twice.' }),
    areaKeys: t.exposeStringList('areas', { description: 'The area keys that stand twice.' }),
  }),
})

builder.objectType(UnknownSeats, {
  name: 'UnknownSeats',
  interfaces,
  description: 'Seat ids or area keys that this show’s plan does not have.',
  fields: (t) => ({
    seatIds: t.exposeStringList('seats', { description: 'The unknown seat ids.' }),
    areaKeys: t.exposeStringList('areas', { description: 'The unknown area keys.' }),
  }),
})

const UnavailableSeat = builder.objectRef<SeatsTaken['seats'][number]>('UnavailableSeat').implement({
  description: 'A seat that could not be had.',
  fields: (t) => ({
    seatNo: t.exposeInt('seatNo', { description: 'Number of the seat on the map.' }),
    seatId: t.exposeString('seatId', { description: 'Name of the seat.' }),
    status: t.field({
      type: SeatStatus,
      description: 'What it is instead of free.',
      resolve: ({ status }) => status,
    }),
  }),
})

const UnavailableArea = builder.objectRef<SeatsTaken['areas'][number]>('UnavailableArea').implement({
  description: 'A standing area with fewer free places than asked for.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'Key of the area.' }),
    free: t.exposeInt('free', { description: 'How many places are free.' }),
  }),
})

builder.objectType(SeatsTaken, {
  name: 'SeatsUnavailable',
  interfaces,
  description: 'Not all of the seats are free, so none was locked.',
  fields: (t) => ({
    seats: t.field({
      type: [UnavailableSeat],
      description: 'The seats that are not free. The others are.',
      resolve: ({ seats }) => seats,
    }),
    areas: t.field({
      type: [UnavailableArea],
      description: 'The areas without enough free places.',
      resolve: ({ areas }) => areas,
    }),
  }),
})

builder.objectType(SeatLimitReached, {
  name: 'SeatLimitReached',
  interfaces,
  description: 'One buyer may have only so many seats of a show.',
  fields: (t) => ({
    held: t.exposeInt('held', { description: 'How many you have already, locked or bought.' }),
    max: t.exposeInt('max', { description: 'How many you may have in all.' }),
  }),
})

builder.objectType(LockNotFound, {
  name: 'LockNotFound',
  interfaces,
  description: 'The lock expired, was released, or is not yours: which of these is not told.',
})

builder.objectType(LockInCheckout, {
  name: 'LockInCheckout',
  interfaces,
  description: 'The lock is being paid, so it can neither change nor be paid again.',
})

builder.objectType(AlreadyExtended, {
  name: 'AlreadyExtended',
  interfaces,
  description: 'A lock can be extended once.',
})

builder.objectType(PaymentMethodRefused, {
  name: 'PaymentMethodRefused',
  interfaces,
  description:
    'The payment method is no token of the payment gateway. Card numbers are refused and not kept.',
})

const PromotionRefusedReason = builder.enumType('PromotionRefusedReason', {
  description: 'Why a promotion code does not hold.',
  values: {
    UNKNOWN: { value: 'unknown', description: 'There is no such code for this show.' },
    NOT_YET: { value: 'not_yet', description: 'It has not begun.' },
    OVER: { value: 'over', description: 'It is over.' },
    USED_UP: { value: 'used_up', description: 'It has been used as often as it may be.' },
    USED_BY_YOU: { value: 'used_by_you', description: 'You have used it as often as you may.' },
    NOT_FOR_THESE_SEATS: { value: 'not_for_these_seats', description: 'It takes nothing off these seats.' },
    OTHER_CURRENCY: { value: 'other_currency', description: 'It is for another currency.' },
  } as const,
})

builder.objectType(EmailRefused, {
  name: 'EmailRefused',
  interfaces,
  description: 'This is not an e-mail address. Nothing was booked.',
})

builder.objectType(PromotionRefused, {
  name: 'PromotionRefused',
  interfaces,
  description: 'The promotion code does not hold. Nothing was booked.',
  fields: (t) => ({
    reason: t.field({
      type: PromotionRefusedReason,
      description: 'Why it does not hold.',
      resolve: ({ reason }) => reason,
    }),
  }),
})

builder.objectType(BookingNotFound, {
  name: 'BookingNotFound',
  interfaces,
  description: 'There is no such booking of yours.',
})

builder.objectType(TicketNotFound, {
  name: 'TicketNotFound',
  interfaces,
  description: 'There is no such ticket of yours.',
})

const CodeNotReplacedReason = builder.enumType('CodeNotReplacedReason', {
  description: 'Why a ticket gets no new code.',
  values: {
    VOID: { value: 'void', description: 'The ticket is void.' },
    OVER: { value: 'over', description: 'Its show is over.' },
    TOO_OFTEN: { value: 'too_often', description: 'It has had as many codes as a ticket may have.' },
  } as const,
})

builder.objectType(CodeNotReplaced, {
  name: 'CodeNotReplaced',
  interfaces,
  description: 'The ticket keeps the code it has, or has none.',
  fields: (t) => ({
    reason: t.field({ type: CodeNotReplacedReason, description: 'Why.', resolve: ({ reason }) => reason }),
  }),
})

const TicketNotTransferableReason = builder.enumType('TicketNotTransferableReason', {
  description: 'Why a ticket is not passed on.',
  values: {
    VOID: { value: 'void', description: 'The ticket is void.' },
    OVER: { value: 'over', description: 'Its show is over.' },
    TOO_OFTEN: { value: 'too_often', description: 'It has had as many codes as a ticket may have.' },
    YOURS: { value: 'yours', description: 'You have it already.' },
  } as const,
})

builder.objectType(TicketNotTransferable, {
  name: 'TicketNotTransferable',
  interfaces,
  description: 'The ticket stays with who has it.',
  fields: (t) => ({
    reason: t.field({
      type: TicketNotTransferableReason,
      description: 'Why.',
      resolve: ({ reason }) => reason,
    }),
  }),
})

builder.objectType(OfferNotFound, {
  name: 'OfferNotFound',
  interfaces,
  description:
    'The offer was withdrawn, taken by somebody else, replaced by a later one, or never made: which of these is not told.',
})

builder.objectType(TicketsPassedOn, {
  name: 'TicketsPassedOn',
  interfaces,
  description: 'Somebody else has the tickets of some of these seats. Nothing was given back.',
  fields: (t) => ({
    seatNos: t.exposeIntList('seatNos', {
      description: 'The seats whose tickets were passed on, by number.',
    }),
  }),
})

builder.objectType(SeatsNotBooked, {
  name: 'SeatsNotBooked',
  interfaces,
  description: 'The booking never had some of these seats. None was given back.',
})

builder.objectType(BadReason, {
  name: 'BadReason',
  interfaces,
  description: 'A reason is told to buyers, and must be short.',
})

builder.objectType(NotCancellable, {
  name: 'NotCancellable',
  interfaces,
  description: 'The booking cannot be cancelled where it stands.',
  fields: (t) => ({
    state: t.field({ type: BookingState, description: 'Where it stands.', resolve: ({ state }) => state }),
  }),
})

/** What every mutation can meet. */
export const anyMutation = [RateLimited, TryAgain]
