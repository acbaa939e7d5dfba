/** What the sandbox does with an intent. Pure decisions on its books; HTTP is in server.ts. */
import { randomUUID } from 'node:crypto'
import type { SandboxLedger, StoredIntent } from './ledger.ts'
import { methods } from './methods.ts'

/** A request that cannot be served, as status, code and sentence. */
export class SandboxRefusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const amountMax = 100_000_000

export function openIntent(ledger: SandboxLedger, body: Record<string, unknown>): StoredIntent {
  const { reference, amountMinor, currency } = body
  if (typeof reference !== 'string' || reference.length < 1 || reference.length > 100) {
    throw new SandboxRefusal(400, 'bad_reference', 'reference: expected a text of 1 to 100 characters')
  }
  if (!Number.isInteger(amountMinor) || (amountMinor as number) < 0 || (amountMinor as number) > amountMax) {
    throw new SandboxRefusal(400, 'bad_amount', `amountMinor: expected a whole number from 0 to ${amountMax}`)
  }
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) {
    throw new SandboxRefusal(400, 'bad_currency', 'currency: expected three capital letters')
  }
  const intent: StoredIntent = {
    id: `pi_${randomUUID().replaceAll('-', '')}`,
    ...{ reference, amountMinor: amountMinor as number, currency },
    ...{ status: 'created', createdAt: new Date().toISOString() },
  }
  ledger.saveIntent(intent)
  return intent
}

export function findIntent(ledger: SandboxLedger, id: string): StoredIntent {
  const intent = ledger.intents.get(id)
  if (!intent) throw new SandboxRefusal(404, 'no_such_intent', 'There is no intent with this id')
  return intent
}

export type Confirmation = { intent: StoredIntent; answer: 'now' | 'never' | 'fail' | 'cut' }

/** Waits and moves money as the method says; `answer` tells how the caller is to be treated. */
export async function confirmIntent(
  ledger: SandboxLedger,
  intent: StoredIntent,
  method: unknown,
  wait: (ms: number) => Promise<void>,
): Promise<Confirmation> {
  const known = typeof method === 'string' ? methods[method] : undefined
  if (typeof method !== 'string' || !known) {
    const names = Object.keys(methods).join(', ')
    throw new SandboxRefusal(400, 'unknown_method', `method: expected one of ${names}`)
  }
  if (intent.status !== 'created') {
    throw new SandboxRefusal(409, 'wrong_state', `An intent that is ${intent.status} cannot be confirmed`)
  }
  const { behaviour } = known
  intent.method = method
  switch (behaviour.tag) {
    case 'decline':
      intent.status = 'declined'
      intent.decline = { code: behaviour.code, message: behaviour.message }
      ledger.saveIntent(intent)
      return { intent, answer: 'now' }
    case 'ask':
      intent.status = 'requires_action'
      ledger.saveIntent(intent)
      return { intent, answer: 'now' }
    case 'succeed':
      await capture(ledger, intent, behaviour.afterMs, wait)
      return { intent, answer: 'now' }
    case 'silent':
      // Not "processing" when it will never do anything: a look then says that nothing has arrived.
      if (behaviour.movesMoney) void capture(ledger, intent, behaviour.afterMs, wait)
      return { intent, answer: 'never' }
    case 'fail_after_moving':
      await capture(ledger, intent, 0, wait)
      return { intent, answer: 'fail' }
    case 'cut_after_moving':
      await capture(ledger, intent, 0, wait)
      return { intent, answer: 'cut' }
  }
}

async function capture(
  ledger: SandboxLedger,
  intent: StoredIntent,
  afterMs: number,
  wait: (ms: number) => Promise<void>,
) {
  if (afterMs > 0) {
    intent.status = 'processing'
    ledger.saveIntent(intent)
    await wait(afterMs)
  }
  if (intent.status === 'cancelled') return
  succeed(ledger, intent)
}

export function succeed(ledger: SandboxLedger, intent: StoredIntent): void {
  const { id, amountMinor } = intent
  ledger.move({
    intentId: id,
    kind: 'capture',
    id: `ch_${randomUUID()}`,
    amountMinor,
    at: new Date().toISOString(),
  })
  intent.status = 'succeeded'
  ledger.saveIntent(intent)
}

/** The buyer's answer on the action page. */
export function answerAction(ledger: SandboxLedger, intent: StoredIntent, approved: boolean): void {
  if (intent.status !== 'requires_action') return
  if (approved) {
    succeed(ledger, intent)
    return
  }
  intent.status = 'declined'
  intent.decline = { code: 'buyer_declined', message: 'The payment was not approved.' }
  ledger.saveIntent(intent)
}

/** After it, the intent is cancelled, or it was already decided. */
export function cancelIntent(ledger: SandboxLedger, intent: StoredIntent): StoredIntent {
  if (intent.status === 'created' || intent.status === 'requires_action' || intent.status === 'processing') {
    intent.status = 'cancelled'
    ledger.saveIntent(intent)
  }
  return intent
}

export function refundIntent(ledger: SandboxLedger, intent: StoredIntent, amountMinor: unknown) {
  const left = ledger.sum(intent.id, 'capture') - ledger.sum(intent.id, 'refund')
  if (!Number.isInteger(amountMinor) || (amountMinor as number) < 1) {
    throw new SandboxRefusal(400, 'bad_amount', 'amountMinor: expected a whole number of at least 1')
  }
  if ((amountMinor as number) > left) {
    throw new SandboxRefusal(409, 'exceeds_capture', `Only ${left} of what was captured is left to refund`)
  }
  const refund = { id: `re_${randomUUID()}`, intentId: intent.id, amountMinor: amountMinor as number }
  ledger.move({ ...refund, kind: 'refund', at: new Date().toISOString() })
  return refund
}
