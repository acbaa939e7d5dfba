/**
 * A payment at the sandbox, and every move it can make:
 *
 *   created ──confirm──> succeeded                     money moves on the arrows to `succeeded`, and nowhere else
 *      │  │         ├──> declined
 *      │  │         ├──> processing ──later──> succeeded
 *      │  │         └──> requires_action ──the buyer──> succeeded, declined
 *      └──┴─cancel──> cancelled <──cancel── requires_action
 *
 * Pure: a move answers the intent as it is afterwards and the money that moved, or refuses.
 */
import { StateRefusal } from './refusals.ts'
import { sandboxLimits } from './sandbox-limits.ts'

export type SandboxIntent = Facts & Standing

interface Facts {
  readonly id: string
  /** What the payment is for, in the caller's words. */
  readonly reference: string
  readonly amountMinor: number
  readonly currency: string
  readonly createdAt: string
  readonly method?: string
}

type Standing =
  | { readonly status: 'created' }
  /** `owed`: the key under which the answer is stored when it is there. */
  | { readonly status: 'processing'; readonly owed: { key: string; fingerprint: string } }
  | { readonly status: 'requires_action'; readonly returnUrl?: string }
  | { readonly status: 'succeeded'; readonly refunds: readonly number[] }
  | { readonly status: 'declined'; readonly decline: Decline }
  | { readonly status: 'cancelled' }

export interface Decline {
  readonly code: string
  readonly message: string
}

/** Money that moved. */
export interface Movement {
  readonly kind: 'capture' | 'refund'
  readonly amountMinor: number
}

export interface Moved {
  readonly intent: SandboxIntent
  readonly movement?: Movement
}

export type Verdict =
  | { to: 'succeeded' }
  | { to: 'declined'; decline: Decline }
  | { to: 'processing'; owed: { key: string; fingerprint: string } }
  | { to: 'requires_action'; returnUrl?: string }

/** What a confirm came to. */
export function confirmIntent(intent: SandboxIntent, method: string, verdict: Verdict): Moved {
  requireConfirmable(intent)
  const facts = { ...factsOf(intent), method }
  switch (verdict.to) {
    case 'succeeded':
      return capture(facts)
    case 'declined':
      return { intent: { ...facts, status: 'declined', decline: verdict.decline } }
    case 'processing':
      return { intent: { ...facts, status: 'processing', owed: verdict.owed } }
    case 'requires_action': {
      const { returnUrl } = verdict
      return { intent: { ...facts, status: 'requires_action', ...(returnUrl && { returnUrl }) } }
    }
  }
}

export function requireConfirmable(intent: SandboxIntent): void {
  if (intent.status === 'created') return
  throw new StateRefusal('wrong_state', `An intent that is ${intent.status} cannot be confirmed`)
}

/** What was confirmed and not yet decided takes the money. It cannot be cancelled, so nothing was in between. */
export function completeIntent(intent: SandboxIntent): Moved {
  if (intent.status !== 'processing') throw new Error(`Intent ${intent.id} is ${intent.status}`)
  return capture(factsOf(intent))
}

/** The buyer's answer on the action page; null when the payment asks for none (any more). */
export function answerAction(intent: SandboxIntent, approved: boolean): Moved | null {
  if (intent.status !== 'requires_action') return null
  if (approved) return capture(factsOf(intent))
  const decline = { code: 'not_approved', message: 'The payment was not approved.' }
  return { intent: { ...factsOf(intent), status: 'declined', decline } }
}

/** An intent that is decided, or cannot be stopped any more, stays as it is. */
export function cancelIntent(intent: SandboxIntent): Moved {
  if (intent.status !== 'created' && intent.status !== 'requires_action') return { intent }
  return { intent: { ...factsOf(intent), status: 'cancelled' } }
}

export function refundIntent(intent: SandboxIntent, amountMinor: number): Moved {
  if (intent.status !== 'succeeded') {
    throw new StateRefusal('wrong_state', `An intent that is ${intent.status} has nothing to give back`)
  }
  const leftMinor = intent.amountMinor - refundedMinorOf(intent)
  if (amountMinor > leftMinor) {
    throw new StateRefusal('exceeds_capture', `amountMinor: ${amountMinor}, but only ${leftMinor} is left`)
  }
  if (intent.refunds.length >= sandboxLimits.refundsPerIntentMax) {
    const max = sandboxLimits.refundsPerIntentMax
    throw new StateRefusal('too_many_refunds', `An intent has at most ${max} refunds`)
  }
  return {
    intent: { ...intent, refunds: [...intent.refunds, amountMinor] },
    movement: { kind: 'refund', amountMinor },
  }
}

export function refundedMinorOf(intent: SandboxIntent): number {
  return intent.status === 'succeeded' ? intent.refunds.reduce((sum, amount) => sum + amount, 0) : 0
}

function capture(facts: Facts): Moved {
  return {
    intent: { ...facts, status: 'succeeded', refunds: [] },
    movement: { kind: 'capture', amountMinor: facts.amountMinor },
  }
}

/** What stays the same in every state. */
function factsOf({ id, reference, amountMinor, currency, createdAt, method }: SandboxIntent): Facts {
  return { id, reference, amountMinor, currency, createdAt, ...(method && { method }) }
}
