/** Every bound of this room, with its unit. */
import { gatewayTimeoutMs } from '../payment/index.ts'

export const bookingLimits: BookingLimits = {
  /** createBooking answers by then with the booking as it is; the rest goes on behind it. */
  answerMsMax: 12_000,
  /** Checkout and first commit (operations document: booking creation 5 s). */
  beginMsMax: 5_000,
  /** A booking is left to the process that attends it for this long after its last sign of life. */
  attendMs: 15_000,
  /** A lease that is younger is not renewed: what is left of it outlasts a call. */
  renewAfterMs: 2_000,
  pollEveryMs: 100,
  /** Operations document: payment processing answers within 10 s. */
  gatewayTimeoutMs: gatewayTimeoutMs,
  /** Pauses before a call that never left us, or that may be repeated by its key, is made again. */
  gatewayRetryDelaysMs: [1_000, 3_000],
  /** A gateway that cannot be reached is tried this long; no confirm was sent, so the seats need no word of it. */
  unsentMsMax: 900_000,
  unsentRetryMs: 5_000,
  /** How long before the start buyers may still give paid seats back, where the show says nothing else. */
  cancelBeforeMs: 0,
  /** How long a buyer may take to approve the payment. */
  actionMsMax: 600_000,
  actionLookEveryMs: 2_000,
  /** Pauses between looks while the outcome is unknown; the last one repeats. */
  lookDelaysMs: [1_000, 2_000, 5_000, 10_000, 30_000],
  /** A confirm that the gateway does not know of after this time was lost on the way, and the intent is cancelled. */
  confirmLostMs: 30_000,
  /** After this a person is called. */
  unknownMsMax: 7_200_000,
  operatorLookEveryMs: 300_000,
  refundDelaysMs: [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000],
  refundMsMax: 72_000_000,
  watchEveryMs: 500,
  watchBookingsMax: 20,
  watchRefundsMax: 10,
  /** A booking whose turn ended in a fault waits this long, so that it does not keep others waiting. */
  faultPauseMs: 30_000,
  /** Of a cancelled show: bookings of one round, those cancelled at the same time, and the pause when none could be. */
  cancelPerRoundMax: 200,
  cancelTogetherMax: 5,
  cancelPauseMs: 10_000,
  /** Bookings carried on at the same time by one process. */
  turnsMax: 200,
  /** Steps of one turn; a booking that needs more is going in circles. */
  stepsPerTurnMax: 20,
  commitTriesMax: 3,
  closeMsMax: 15_000,
}

export interface BookingLimits {
  answerMsMax: number
  beginMsMax: number
  attendMs: number
  renewAfterMs: number
  pollEveryMs: number
  gatewayTimeoutMs: number
  gatewayRetryDelaysMs: readonly number[]
  unsentMsMax: number
  unsentRetryMs: number
  cancelBeforeMs: number
  actionMsMax: number
  actionLookEveryMs: number
  lookDelaysMs: readonly number[]
  confirmLostMs: number
  unknownMsMax: number
  operatorLookEveryMs: number
  refundDelaysMs: readonly number[]
  refundMsMax: number
  watchEveryMs: number
  watchBookingsMax: number
  watchRefundsMax: number
  faultPauseMs: number
  cancelPerRoundMax: number
  cancelTogetherMax: number
  cancelPauseMs: number
  turnsMax: number
  stepsPerTurnMax: number
  commitTriesMax: number
  closeMsMax: number
}
