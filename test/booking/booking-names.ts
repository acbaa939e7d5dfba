/** Names and times that the tests and the processes they kill must share. */
import type { BookingOptions, CancelBooking, CreateBooking, RetryRefund } from '../../src/booking/index.ts'
import type { GatewayNotice } from '../../src/payment/index.ts'
import { createSealer } from '../../src/platform/sealed.ts'
import type { Aim } from './die-around.ts'

export const bookingSecret = 'the secret of the booking tests, long enough'
export const bookingSealer = createSealer([{ id: 'test', secret: Buffer.alloc(32, 7) }])

export const sharedTimes = {
  attendMs: 1_500,
  pollEveryMs: 20,
  gatewayTimeoutMs: 400,
  gatewayRetryDelaysMs: [20, 50],
  unsentRetryMs: 100,
  actionLookEveryMs: 100,
  lookDelaysMs: [100, 200, 500],
  confirmLostMs: 2_000,
  operatorLookEveryMs: 100,
  refundDelaysMs: [100, 200, 500],
  watchEveryMs: 50,
  faultPauseMs: 500,
  answerMsMax: 4_000,
  cancelPauseMs: 200,
}

/** What a process that is to die is told. */
export interface Victim {
  databaseUrl: string
  redisUrl: string
  gatewayUrl: string
  seatingSecret: string
  /** Name of a fault point. */
  diesAt?: string
  /** 0: at once. */
  diesAfterMs: number
  /** In place of a fault point: the write that it dies around. */
  aim?: Aim
  limits?: NonNullable<BookingOptions['limits']>
  create?: CreateBooking
  cancel?: CancelBooking
  notice?: GatewayNotice
  retryRefund?: RetryRefund
  /** Carries on whatever is due, and sweeps what shows are cancelled. */
  sweep?: true
}
