/**
 * The states of a payment, each with only the data it has, and the moves between them. A payment is one intent at
 * the gateway; every move writes a row of its history (docs/booking.md draws them).
 */
export type PaymentState = Payment['state']

export type Payment =
  /** Its key is stored; the gateway may or may not know it. No money can move. */
  | { state: 'OPENING' }
  /** The gateway's id is stored; no confirm was sent. No money can move. */
  | { state: 'OPENED'; intentId: string }
  /** A confirm was sent, or is about to be: money may have moved. */
  | { state: 'CONFIRMING'; intentId: string; confirmSentAt: Date }
  | { state: 'REQUIRES_ACTION'; intentId: string; confirmSentAt: Date }
  | { state: 'SUCCEEDED'; intentId: string }
  | { state: 'DECLINED' }
  | { state: 'CANCELLED' }

export const paymentMoves: Readonly<Record<PaymentState, readonly PaymentState[]>> = {
  OPENING: ['OPENED', 'DECLINED', 'CANCELLED'],
  OPENED: ['CONFIRMING', 'CANCELLED'],
  // Back to OPENED only on proof that the confirm never left this process.
  CONFIRMING: ['OPENED', 'REQUIRES_ACTION', 'SUCCEEDED', 'DECLINED', 'CANCELLED'],
  REQUIRES_ACTION: ['SUCCEEDED', 'DECLINED', 'CANCELLED'],
  SUCCEEDED: [],
  // A gateway that takes money after it said no: the money is written down, and refunded.
  DECLINED: ['SUCCEEDED'],
  CANCELLED: ['SUCCEEDED'],
}

export function requirePaymentMove(from: PaymentState, to: PaymentState): void {
  if (!paymentMoves[from].includes(to)) throw new Error(`A payment cannot go from ${from} to ${to}`)
}

export interface PaymentColumns {
  state: PaymentState
  intentId: string | null
  confirmSentAt: Date | null
}

/** Reads a row; a row that fits no state is a fault. */
export function paymentOf({ state, intentId, confirmSentAt }: PaymentColumns): Payment {
  switch (state) {
    case 'OPENING':
    case 'DECLINED':
    case 'CANCELLED':
      return { state }
    case 'OPENED':
    case 'SUCCEEDED':
      if (intentId) return { state, intentId }
      break
    case 'CONFIRMING':
    case 'REQUIRES_ACTION':
      if (intentId && confirmSentAt) return { state, intentId, confirmSentAt }
      break
  }
  throw new Error(`A payment in state ${state} lacks its intent or the time of its confirm`)
}
