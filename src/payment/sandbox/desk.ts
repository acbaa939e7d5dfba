/**
 * What the sandbox does for its callers: the five calls of its protocol and the buyer's answer on the action page.
 * Money moves in the same line of the books that tells it, and at most once per intent.
 */
import type { Clock } from '../../platform/clock.ts'
import type { Books, Line } from './books.ts'
import {
  answerAction,
  cancelIntent,
  completeIntent,
  confirmIntent,
  type Moved,
  refundedMinorOf,
  refundIntent,
  requireConfirmable,
  type SandboxIntent,
} from './intent.ts'
import { createKeys, type Done, type KeyedCall, type Reply, type Settle } from './keys.ts'
import { SandboxRefusal } from './refusals.ts'
import { type Body, type ReadConfirm, readAmount, readConfirm, readOpen } from './requests.ts'
import { sandboxLimits } from './sandbox-limits.ts'

export interface DeskDeps {
  books: Books
  clock: Clock
  newId: () => string
  wait: (ms: number) => Promise<unknown>
  actionUrl: (intentId: string) => string
  /** Where buyers may be sent back to. */
  returnOrigins: readonly string[]
}

export interface Desk {
  open(call: KeyedCall, body: Body): Promise<Reply>
  /** `gone` settles when the caller gave up. */
  confirm(call: KeyedCall, intentId: string, body: Body, gone: Promise<unknown>): Promise<Reply>
  cancel(call: KeyedCall, intentId: string): Promise<Reply>
  refund(call: KeyedCall, intentId: string, body: Body): Promise<Reply>
  look(intentId: string): object
  find(intentId: string): SandboxIntent
  answerAction(intentId: string, approved: boolean): void
  /** Goes on with what was being processed when the last process ended. */
  resume(): Promise<void>
}

export function openDesk({ books, clock, newId, wait, actionUrl, returnOrigins }: DeskDeps): Desk {
  const keys = createKeys(books, () => clock.nowMs())

  const find = (intentId: string): SandboxIntent => {
    const intent = books.intents.get(intentId)
    if (!intent) throw new SandboxRefusal(404, 'no_such_intent', 'There is no intent with this id')
    return intent
  }

  const shown = (intent: SandboxIntent) => {
    const { id, status, reference, amountMinor, currency, createdAt, method } = intent
    return {
      ...{ id, status, reference, amountMinor, refundedMinor: refundedMinorOf(intent), currency, createdAt },
      ...(method && { method }),
      ...(intent.status === 'declined' && { decline: intent.decline }),
      ...(intent.status === 'requires_action' && { actionUrl: actionUrl(id) }),
    }
  }

  const lineOf = ({ intent, movement }: Moved): Line => {
    if (!movement) return { intent }
    const { id: intentId, reference, currency } = intent
    const id = `${movement.kind === 'capture' ? 'ch' : 're'}_${newId()}`
    return { intent, movement: { id, intentId, reference, ...movement, currency, atMs: clock.nowMs() } }
  }

  const done = (moved: Moved): Done => ({ line: lineOf(moved), status: 200, body: shown(moved.intent) })

  async function confirm(
    call: KeyedCall,
    intent: SandboxIntent,
    { method, behaviour, returnUrl }: ReadConfirm,
    { gone, settle }: { gone: Promise<unknown>; settle: Settle },
  ): Promise<Reply> {
    const succeed = () => done(confirmIntent(intent, method, { to: 'succeeded' }))
    switch (behaviour.tag) {
      case 'succeed':
        return settle(succeed())
      case 'decline': {
        const { code, message } = behaviour
        return settle(done(confirmIntent(intent, method, { to: 'declined', decline: { code, message } })))
      }
      case 'ask': {
        const verdict = { to: 'requires_action', ...(returnUrl && { returnUrl }) } as const
        return settle(done(confirmIntent(intent, method, verdict)))
      }
      case 'fail_after_moving': {
        const body = { code: 'internal', message: 'The sandbox failed on purpose' }
        return settle({ ...succeed(), status: 500, body })
      }
      case 'cut_after_moving':
        return settle({ ...succeed(), cut: true })
      case 'ignore':
        requireConfirmable(intent)
        await gone
        return 'cut'
      case 'succeed_slowly':
      case 'succeed_after_caller_left': {
        books.write(lineOf(confirmIntent(intent, method, { to: 'processing', owed: call })))
        await (behaviour.tag === 'succeed_slowly'
          ? wait(sandboxLimits.slowMs)
          : gone.then(() => wait(sandboxLimits.lateMs)))
        return settle(done(completeIntent(find(intent.id))))
      }
    }
  }

  return {
    open: (call, body) =>
      keys.once(call, (settle) => {
        const request = readOpen(body)
        if (books.intents.size >= sandboxLimits.intentsMax) {
          throw new SandboxRefusal(
            409,
            'full',
            `The sandbox keeps at most ${sandboxLimits.intentsMax} intents`,
          )
        }
        const createdAt = clock.now().toISOString()
        return settle(done({ intent: { id: `pi_${newId()}`, ...request, createdAt, status: 'created' } }))
      }),
    confirm: (call, intentId, body, gone) =>
      keys.once(call, (settle) =>
        confirm(call, find(intentId), readConfirm(body, returnOrigins), { gone, settle }),
      ),
    cancel: (call, intentId) => keys.once(call, (settle) => settle(done(cancelIntent(find(intentId))))),
    refund: (call, intentId, body) =>
      keys.once(call, (settle) => {
        const amountMinor = readAmount(body.amountMinor)
        const line = lineOf(refundIntent(find(intentId), amountMinor))
        return settle({ line, status: 200, body: { id: line.movement?.id, intentId, amountMinor } })
      }),
    look: (intentId) => shown(find(intentId)),
    find,
    answerAction(intentId, approved) {
      const moved = answerAction(find(intentId), approved)
      if (moved) books.write(lineOf(moved))
    },
    async resume() {
      const unfinished = [...books.intents.values()].flatMap((intent) =>
        intent.status === 'processing' ? [intent] : [],
      )
      await Promise.all(
        unfinished.map(({ id, owed }) =>
          keys.once(owed, async (settle) => {
            await wait(sandboxLimits.lateMs)
            return settle(done(completeIntent(find(id))))
          }),
        ),
      )
    },
  }
}
