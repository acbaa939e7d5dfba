/** Faults on demand: what happens to the next requests that match. */
export const faultKinds = [
  /** The connection is cut, and nothing was done. */
  'cut_before',
  /** It was done, and the connection is cut. */
  'cut_after',
  /** Nothing is done, and nobody answers. */
  'silence_before',
  /** It was done, and nobody answers. */
  'silence_after',
  /** Stripe fails after it was done; that is what a repeat of the key is told too. */
  'error_500_after',
  'error_429',
  'error_429_lock',
  'error_401',
  'error_403',
  'error_409',
  'error_424',
  /** Something on the way answers instead. */
  'proxy_502',
  'proxy_200',
  'redirect',
] as const

export type FaultKind = (typeof faultKinds)[number]

export interface Fault {
  /** Begins `POST /v1/refunds`, for example. */
  match: string
  kind: FaultKind
  times: number
}

export interface Faults {
  add(fault: Fault): void
  clear(): void
  /** The fault for this request, which uses it up. */
  next(request: string): FaultKind | null
}

const faultsMax = 1_000

export function createFaults(): Faults {
  const faults: Fault[] = []
  return {
    add(fault) {
      if (faults.length >= faultsMax) throw new Error(`At most ${faultsMax} faults wait`)
      faults.push({ ...fault })
    },
    clear: () => void faults.splice(0),
    next(request) {
      const fault = faults.find(({ match, times }) => times > 0 && request.startsWith(match))
      if (!fault) return null
      fault.times -= 1
      if (fault.times <= 0) faults.splice(faults.indexOf(fault), 1)
      return fault.kind
    },
  }
}

const said = (status: number, type: string, code: string | null, message: string) => ({
  status,
  body: { error: { type, ...(code && { code }), message } },
})

/** What is answered in place of doing anything. */
export const insteadOf: Partial<
  Record<FaultKind, { status: number; body: object | string; location?: string }>
> = {
  error_429: said(429, 'invalid_request_error', 'rate_limit', 'Too many requests.'),
  error_429_lock: said(429, 'invalid_request_error', 'lock_timeout', 'The object is being accessed.'),
  error_401: said(401, 'invalid_request_error', null, 'Invalid API Key provided: sk_test_****.'),
  error_403: said(403, 'invalid_request_error', null, 'The key does not have the permissions.'),
  error_409: said(409, 'invalid_request_error', null, 'The request conflicts with another.'),
  error_424: said(424, 'api_error', null, 'A dependency failed.'),
  proxy_502: { status: 502, body: '<html>Bad gateway</html>' },
  proxy_200: { status: 200, body: { hello: 'from a proxy' } },
  redirect: { status: 307, body: '', location: 'https://elsewhere.invalid/' },
}
