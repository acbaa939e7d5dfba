import { gatewayConformance } from './gateway-conformance.ts'
import { stripeMethods, stripeUnderTest } from './stripe-world.ts'

gatewayConformance('Stripe', stripeMethods, stripeUnderTest)
