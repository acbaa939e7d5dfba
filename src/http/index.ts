/** HTTP: everything that enters the process. Guarantees bounds on what comes and silence about what is inside. */
export { closeCodes } from './close-codes.ts'
export type { DevIssuer } from './dev-issuer.ts'
export type { ReadinessCheck } from './health.ts'
export type { HttpLimits } from './http-limits.ts'
export { createHttp, type HttpOptions, type HttpServer } from './server.ts'
