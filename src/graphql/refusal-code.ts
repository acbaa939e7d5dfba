/** The one shape of all refusals: a sentence for people and a code for programs. */
import { builder } from './builder.ts'

const RefusalCode = builder.enumType('RefusalCode', {
  description: 'The reasons for which a request is declined.',
  values: {
    NOT_SIGNED_IN: { description: 'Neither an account nor a guest session.' },
    NOT_ALLOWED: { description: 'Only the people of the house may do this.' },
    RATE_LIMITED: { description: 'Too many requests; wait for retryAfterMs.' },
    TRY_AGAIN: {
      description: 'Something is away for a moment; repeat with the same key after retryAfterMs.',
    },
    QUEUED: {
      description:
        'Bookings wait: nothing was charged, and your seats stay locked until their time is up; repeat.',
    },
    BAD_ID: { description: 'An id is malformed or of another kind of object.' },
    BAD_IDEMPOTENCY_KEY: {
      description: 'The idempotency key is empty, too long, or has forbidden characters.',
    },
    KEY_REUSED: { description: 'The idempotency key was used with other input.' },
    SHOW_NOT_FOUND: { description: 'No such show, or it is not sold by seat.' },
    SHOW_NOT_ON_SALE: { description: 'Its seats cannot be had now.' },
    BAD_SEAT_COUNT: { description: 'No seat at all, or too many in one call.' },
    DUPLICATE_SEATS: { description: 'A seat or area is named twice.' },
    UNKNOWN_SEATS: { description: 'The show has no such seats or areas.' },
    SEATS_UNAVAILABLE: { description: 'Somebody else has some of the seats.' },
    SEAT_LIMIT_REACHED: { description: 'More seats than one buyer may have.' },
    LOCK_NOT_FOUND: { description: 'The lock expired, was released, or is not yours.' },
    LOCK_IN_CHECKOUT: { description: 'The lock is being paid.' },
    ALREADY_EXTENDED: { description: 'The lock had its one extension.' },
    PAYMENT_METHOD_REFUSED: { description: 'Not a payment token; card numbers are never accepted.' },
    EMAIL_REFUSED: { description: 'Not an e-mail address.' },
    PROMOTION_REFUSED: { description: 'The promotion code does not hold.' },
    BOOKING_NOT_FOUND: { description: 'No such booking of yours.' },
    TICKET_NOT_FOUND: { description: 'No such ticket of yours.' },
    CODE_NOT_REPLACED: { description: 'The ticket keeps the code it has, or has none.' },
    TICKET_NOT_TRANSFERABLE: { description: 'The ticket cannot be passed on.' },
    OFFER_NOT_FOUND: { description: 'No such offer of a ticket, or it no longer holds.' },
    TICKETS_PASSED_ON: { description: 'Somebody else has the tickets of some of these seats.' },
    SEATS_NOT_BOOKED: { description: 'The booking never had some of these seats.' },
    BAD_SCAN_INPUT: { description: 'A name or a list of scans is not of its form.' },
    CLOCK_WRONG: { description: 'The device’s clock is off by more than two minutes.' },
    NO_TICKET_CODE: { description: 'No ticket code of a known kind.' },
    FORGED_TICKET: { description: 'Not made by us.' },
    UNKNOWN_KEY: { description: 'Made with a key that is not ours.' },
    REVOKED_KEY: { description: 'Made with a key that was revoked.' },
    WRONG_SHOW: { description: 'A ticket for another show.' },
    SHOW_IS_CANCELLED: { description: 'The show does not take place.' },
    VOID_TICKET: { description: 'The ticket’s booking was cancelled.' },
    REPLACED_CODE: { description: 'A newer code of the ticket exists.' },
    UNKNOWN_TICKET: { description: 'Genuine, and not in this database.' },
    TOO_EARLY: { description: 'The gates are not open yet.' },
    SHOW_OVER: { description: 'The gates are closed.' },
    GATE_NOT_LISTED: { description: 'The show has no such gate.' },
    WRONG_GATE: { description: 'The seat enters by another gate.' },
    ALREADY_USED: { description: 'Somebody has come in with this ticket.' },
    NOT_INSIDE: { description: 'Nobody is inside with this ticket.' },
    NO_RE_ENTRY: { description: 'Nobody is scanned out of this show.' },
    SCAN_NOT_FOUND: { description: 'No such scan.' },
    SCAN_NOT_UNDONE: { description: 'The scan still counts.' },
    BAD_GATE_PLAN: { description: 'The gates cannot work like this.' },
    BAD_REASON: { description: 'A reason is missing or too long.' },
    NOT_CANCELLABLE: { description: 'The booking can no longer, or not yet, be cancelled.' },
  } as const,
})

interface RefusalShape {
  message: string
  code: string
}

export const RefusalRef = builder.interfaceRef<RefusalShape>('Refusal').implement({
  description: 'Why a request was declined. Nothing was changed, unless the type says otherwise.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'A sentence for the buyer.' }),
    code: t.field({
      type: RefusalCode,
      description: 'The reason, for programs.',
      resolve: ({ code }) => code as typeof RefusalCode.$inferType,
    }),
  }),
})
