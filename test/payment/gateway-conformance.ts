/**
 * What every gateway must keep, whatever is behind it: the promises of src/payment/gateway.ts, told by what money
 * really moved. An adapter passes when the whole suite does.
 */
import { afterAll, beforeAll, describe } from 'vitest'
import { testAction } from './conformance/action.ts'
import { callerOf, type GatewayMethods, type GatewayUnderTest } from './conformance/caller.ts'
import { testCancel } from './conformance/cancel.ts'
import { testCertainty } from './conformance/certainty.ts'
import { testConfirm } from './conformance/confirm.ts'
import { testOpen } from './conformance/open.ts'
import { testRefund } from './conformance/refund.ts'

export function gatewayConformance(
  name: string,
  methods: GatewayMethods,
  start: () => Promise<GatewayUnderTest>,
): void {
  describe(`${name} as a payment gateway`, () => {
    let under: GatewayUnderTest
    beforeAll(async () => {
      under = await start()
    })
    afterAll(() => under.close())

    const caller = callerOf(() => under, methods)
    testOpen(caller)
    testConfirm(caller)
    testAction(caller)
    testCancel(caller)
    testRefund(caller)
    testCertainty(caller)
  })
}
