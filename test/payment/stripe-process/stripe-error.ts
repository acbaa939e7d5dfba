/** An error in Stripe's shape. `isStored`: judged while the request was carried out, so it is the key's answer. */
export class StripeError extends Error {
  readonly status: number
  readonly body: { error: Record<string, unknown> }
  readonly isStored: boolean

  constructor(status: number, error: Record<string, unknown>, isStored = false) {
    super(String(error.message))
    this.status = status
    this.body = { error }
    this.isStored = isStored
  }
}

export const badParameter = (param: string, message: string, code = 'parameter_invalid'): StripeError =>
  new StripeError(400, { type: 'invalid_request_error', code, param, message })

export const noSuch = (noun: string, id: string, param = 'id', status = 404): StripeError =>
  new StripeError(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    param,
    message: `No such ${noun}: '${id}'`,
  })
