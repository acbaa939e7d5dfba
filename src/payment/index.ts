/** Payment: taking and giving back money through a gateway. It knows nothing of bookings. */
export { looksLikeCardNumber } from './card-number.ts'
export { sandboxGateway } from './gateway.sandbox.ts'
export {
  type ConfirmIntent,
  GatewayAway,
  GatewayRefused,
  GatewayUnknown,
  gatewayTimeoutMs,
  type Intent,
  type IntentOutcome,
  type OpenIntent,
  type PaymentGateway,
  type RefundIntent,
} from './gateway.ts'
export {
  type GatewayNotice,
  NoticeNotVerified,
  type NoticeReader,
  type ReadNotice,
} from './gateway-notice.ts'
export { GatewayShut, guardedGateway } from './guarded-gateway.ts'
export { type GatewayConfig, type OpenedGateway, openGateway } from './open-gateway.ts'
export {
  type Payment,
  type PaymentState,
  paymentMoves,
  paymentOf,
  requirePaymentMove,
} from './payment-state.ts'
export {
  decideRefund,
  delayAt,
  type RefundAnswer,
  type RefundState,
  type RefundStep,
  refundMoves,
  requireRefundMove,
} from './refund-state.ts'
