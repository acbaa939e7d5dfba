import { gatewayConformance } from './gateway-conformance.ts'
import { sandboxMethods, sandboxUnderTest } from './sandbox-world.ts'

gatewayConformance('The sandbox', sandboxMethods, sandboxUnderTest)
