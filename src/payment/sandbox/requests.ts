/** Reads the bodies of requests. What is wrong is refused with the field, what was expected and, where short, what came. */
import { type Behaviour, methods } from './methods.ts'
import { SandboxRefusal } from './refusals.ts'
import { sandboxLimits } from './sandbox-limits.ts'

export type Body = Record<string, unknown>

export function readOpen({ reference, amountMinor, currency }: Body) {
  const { referenceCharsMax } = sandboxLimits
  if (typeof reference !== 'string' || reference.length < 1 || reference.length > referenceCharsMax) {
    throw bad('reference', `expected a text of 1 to ${referenceCharsMax} characters`)
  }
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) {
    throw bad('currency', 'expected three capital letters, as in ISO 4217')
  }
  return { reference, amountMinor: readAmount(amountMinor), currency }
}

export interface ReadConfirm {
  method: string
  behaviour: Behaviour
  returnUrl: string | undefined
}

export function readConfirm({ method, returnUrl }: Body, returnOrigins: readonly string[]): ReadConfirm {
  const known = typeof method === 'string' ? methods.get(method) : undefined
  if (typeof method !== 'string' || !known) {
    throw bad('method', `expected one of ${[...methods.keys()].join(', ')}`)
  }
  return { method, behaviour: known.behaviour, returnUrl: readReturnUrl(returnUrl, returnOrigins) }
}

export function readAmount(amountMinor: unknown): number {
  const { amountMinorMax } = sandboxLimits
  if (typeof amountMinor === 'number' && Number.isInteger(amountMinor)) {
    if (amountMinor >= 1 && amountMinor <= amountMinorMax) return amountMinor
  }
  throw bad('amountMinor', `expected a whole number from 1 to ${amountMinorMax}`)
}

/** Only to listed origins: an open redirect would lend the sandbox's page to anybody. */
function readReturnUrl(returnUrl: unknown, origins: readonly string[]): string | undefined {
  if (returnUrl === undefined) return undefined
  if (typeof returnUrl === 'string' && returnUrl.length <= sandboxLimits.returnUrlCharsMax) {
    const url = URL.parse(returnUrl)
    if (url && origins.includes(url.origin)) return url.href
  }
  const listed = origins.length > 0 ? origins.join(', ') : 'no origin is listed; see --return-origin'
  throw bad('returnUrl', `expected a URL of a listed origin (${listed})`)
}

const bad = (field: string, expected: string) =>
  new SandboxRefusal(400, 'bad_request', `${field}: ${expected}`)
