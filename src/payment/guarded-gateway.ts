/**
 * A gateway behind a breaker: while it is open no call is made, which a caller hears as GatewayAway, the one error that
 * says for certain that nothing was sent. So a booking is put off at once instead of after its timeouts.
 */
import type { Breaker } from '../platform/resilience.ts'
import { GatewayAway, type PaymentGateway } from './gateway.ts'

/** Nobody was called; trying again at once is of no use. */
export class GatewayShut extends GatewayAway {}

export function guardedGateway(gateway: PaymentGateway, breaker: Breaker): PaymentGateway {
  const guard = <Answer>(call: () => Promise<Answer>) =>
    breaker.run(call, () => new GatewayShut(new Error('The breaker of the gateway is open')))
  return {
    name: gateway.name,
    open: (request, bounds) => guard(() => gateway.open(request, bounds)),
    confirm: (intentId, request, bounds) => guard(() => gateway.confirm(intentId, request, bounds)),
    look: (intentId, bounds) => guard(() => gateway.look(intentId, bounds)),
    cancel: (intentId, request, bounds) => guard(() => gateway.cancel(intentId, request, bounds)),
    refund: (intentId, request, bounds) => guard(() => gateway.refund(intentId, request, bounds)),
  }
}
