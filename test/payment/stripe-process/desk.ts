/** What the process does for its callers, and tells of afterwards. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  type Account,
  chargeOf,
  intentOf,
  newId,
  type PaymentIntent,
  refundsOf,
  shownIntent,
} from './account.ts'
import type { Deliveries } from './deliveries.ts'
import { type Form, listOf, textOf } from './form.ts'
import {
  answerAction,
  cancelIntent,
  declineIntent,
  giveBack,
  judgeConfirm,
  openIntent,
  take,
} from './intents.ts'
import type { Answer, Reply } from './keys.ts'
import type { Behaviour } from './methods.ts'
import { badParameter, StripeError } from './stripe-error.ts'

export interface Caller {
  /** Settles when the caller gave up. */
  gone: Promise<unknown>
  /** Stores the key's answer before the caller gets it, or without. */
  store: (answer: Answer) => void
}

export interface Desk {
  open(form: Form): Reply
  confirm(id: string, form: Form, caller: Caller): Promise<Reply>
  look(id: string, form: Form): Reply
  cancel(id: string, form: Form): Reply
  refund(form: Form): Reply
  listRefunds(form: Form): Reply
  answerAction(id: string, approved: boolean): boolean
}

const slowMs = 1_500
const lateMs = 1_000

export function openDesk(account: Account, deliveries: Deliveries, actionUrl: (id: string) => string): Desk {
  const shown = (intent: PaymentIntent, form: Form): Answer => ({
    status: 200,
    body: shownIntent(account, intent, listOf(form, 'expand')),
  })

  const tell = (intent: PaymentIntent): void => {
    const type = intent.status === 'requires_payment_method' ? 'payment_failed' : intent.status
    deliveries.tell(`payment_intent.${type}`, intent)
    const charge = chargeOf(account, intent)
    if (intent.status === 'succeeded' && charge) deliveries.tell('charge.succeeded', charge)
  }

  const succeed = (intent: PaymentIntent, form: Form): Answer => {
    take(account, intent)
    tell(intent)
    return shown(intent, form)
  }

  const decline = (intent: PaymentIntent, { code, declineCode, message }: Declined): never => {
    const error = { type: 'card_error', code, decline_code: declineCode, message }
    declineIntent(intent, error)
    tell(intent)
    throw new StripeError(402, { ...error, charge: newId('ch'), payment_intent: { ...intent } }, true)
  }

  const ask = (intent: PaymentIntent, form: Form, hasPage: boolean): Answer => {
    const page = {
      type: 'redirect_to_url',
      redirect_to_url: {
        url: actionUrl(intent.id),
        return_url: account.returnUrls.get(intent.id) ?? null,
      },
    }
    intent.status = 'requires_action'
    intent.next_action = hasPage ? page : { type: 'use_stripe_sdk', use_stripe_sdk: {} }
    tell(intent)
    return shown(intent, form)
  }

  return {
    open(form) {
      const intent = openIntent(account, form)
      deliveries.tell('payment_intent.created', intent)
      return shown(intent, form)
    },

    async confirm(id, form, { gone, store }) {
      const intent = intentOf(account, id)
      const behaviour = judgeConfirm(account, intent, form)
      switch (behaviour.tag) {
        case 'succeed':
          return succeed(intent, form)
        case 'decline':
          return decline(intent, behaviour)
        case 'ask':
        case 'ask_without_page':
          return ask(intent, form, behaviour.tag === 'ask')
        case 'ignore':
          await gone
          return 'cut'
        case 'fail_after_taking': {
          succeed(intent, form)
          return { status: 500, body: { error: { type: 'api_error', message: 'Failed on purpose.' } } }
        }
        case 'cut_after_taking':
          store(succeed(intent, form))
          return 'cut'
        case 'process':
          intent.status = 'processing'
          tell(intent)
          return shown(intent, form)
        case 'succeed_slowly':
        case 'succeed_after_caller_left':
          intent.status = 'processing'
          tell(intent)
          await (behaviour.tag === 'succeed_slowly' ? pause(slowMs) : gone.then(() => pause(lateMs)))
          return succeed(intent, form)
      }
    },

    look: (id, form) => shown(intentOf(account, id), form),

    cancel(id, form) {
      const intent = intentOf(account, id)
      cancelIntent(intent)
      tell(intent)
      return shown(intent, form)
    },

    refund(form) {
      const intent = intentOf(account, requiredIntent(form))
      const refund = giveBack(account, intent, form)
      const charge = chargeOf(account, intent)
      deliveries.tell('refund.created', refund)
      if (charge) deliveries.tell('charge.refunded', charge)
      return { status: 200, body: { ...refund } }
    },

    listRefunds(form) {
      const all = refundsOf(account, requiredIntent(form))
      const limit = Number(textOf(form, 'limit') ?? 10)
      const data = all.slice(0, limit)
      return {
        status: 200,
        body: { object: 'list', url: '/v1/refunds', has_more: all.length > data.length, data },
      }
    },

    answerAction(id, approved) {
      const intent = intentOf(account, id)
      const wasAsked = answerAction(account, intent, approved)
      if (wasAsked) tell(intent)
      return wasAsked
    },
  }
}

type Declined = Extract<Behaviour, { tag: 'decline' }>

function requiredIntent(form: Form): string {
  const id = textOf(form, 'payment_intent')
  if (!id)
    throw badParameter('payment_intent', 'Missing required param: payment_intent.', 'parameter_missing')
  return id
}
