/**
 * Two of the three kinds of failure. A refusal is an answer: the request was understood and is declined for a
 * reason its sentence tells the buyer. An outage is retryable: something the product stands on is away. Every
 * other error is a fault, of which a client learns nothing but a request id.
 */
export abstract class Refusal extends Error {
  /** Stable upper-snake name, the same in GraphQL, logs and docs. */
  abstract readonly code: string
}

export abstract class Outage extends Error {
  abstract readonly code: string
  readonly retryAfterMs: number

  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options)
    this.retryAfterMs = retryAfterMs
  }
}
