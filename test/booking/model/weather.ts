/**
 * The network between the product and its gateway, with the weather that a test makes: calls that never leave, that get
 * lost, whose answer gets lost, that arrive long after everybody gave up, and answers that are not true.
 */
import {
  GatewayAway,
  GatewayRefused,
  GatewayUnknown,
  type Intent,
  type PaymentGateway,
} from '../../../src/payment/index.ts'

export type Call = Exclude<keyof PaymentGateway, 'name'>

export const troubles = {
  /** It certainly never left. */
  away: ['open', 'confirm', 'look', 'cancel', 'refund'],
  /** It gets lost on the way there. */
  lost: ['open', 'confirm', 'look', 'cancel', 'refund'],
  /** It is carried out, and nobody hears so. */
  answer_lost: ['open', 'confirm', 'look', 'cancel', 'refund'],
  /** Nobody answers, and it arrives much later. */
  arrives_late: ['open', 'confirm', 'cancel', 'refund'],
  /** The gateway has no balance to pay it from. */
  refused: ['refund'],
  /** It tells that no money will move, which need not be so. */
  lie: ['look', 'cancel'],
} as const satisfies Record<string, readonly Call[]>

export type Trouble = keyof typeof troubles

export interface Weather {
  gateway: PaymentGateway
  isDown: boolean
  /** For the next calls of this kind. */
  brew(trouble: Trouble, call: Call, times: number): void
  /** What was held back arrives now, the last one first. */
  arrive(): Promise<void>
  isOnItsWay(): boolean
  clear(): void
  struck(): number
  /** It was told what is not so. */
  hasLied(): boolean
}

/** `mayLie`: otherwise it keeps to what it may do by its contract. */
export function openWeather(honest: PaymentGateway, mayLie = true): Weather {
  let brewing: { trouble: Trouble; call: Call }[] = []
  let onItsWay: (() => Promise<unknown>)[] = []
  let struck = 0
  let hasLied = false

  const next = (call: Call): Trouble | null => {
    const at = brewing.findIndex((each) => each.call === call)
    if (at < 0) return null
    struck += 1
    return brewing.splice(at, 1)[0]?.trouble ?? null
  }

  async function send<Answer>(call: Call, carryOut: () => Promise<Answer>): Promise<Answer> {
    if (weather.isDown) throw new GatewayAway(new Error('The gateway is down'))
    switch (next(call)) {
      case 'away':
        throw new GatewayAway(new Error('It never left'))
      case 'lost':
        throw new GatewayUnknown(new Error('It got lost'))
      case 'answer_lost':
        await carryOut().catch(() => {})
        throw new GatewayUnknown(new Error('The answer got lost'))
      case 'arrives_late':
        onItsWay.push(carryOut)
        throw new GatewayUnknown(new Error('It is still on its way'))
      case 'refused':
        throw new GatewayRefused(402, 'balance_insufficient', 'There is not enough money to refund from')
      case 'lie':
        hasLied = true
        return { ...(await carryOut()), outcome: { tag: 'cancelled' } }
      default:
        return await carryOut()
    }
  }

  const weather: Weather = {
    isDown: false,
    gateway: {
      name: honest.name,
      open: (request, bounds) => send<Intent>('open', () => honest.open(request, bounds)),
      confirm: (id, request, bounds) => send<Intent>('confirm', () => honest.confirm(id, request, bounds)),
      look: (id, bounds) => send<Intent>('look', () => honest.look(id, bounds)),
      cancel: (id, request, bounds) => send<Intent>('cancel', () => honest.cancel(id, request, bounds)),
      refund: (id, request, bounds) => send('refund', () => honest.refund(id, request, bounds)),
    },
    brew(trouble, call, times) {
      if (trouble === 'lie' && !mayLie) return
      for (let time = 0; time < times; time++) brewing.push({ trouble, call })
    },
    async arrive() {
      const late = onItsWay.reverse()
      onItsWay = []
      for (const carryOut of late) await carryOut().catch(() => {})
    },
    isOnItsWay: () => onItsWay.length > 0,
    clear() {
      brewing = []
      weather.isDown = false
    },
    struck: () => struck,
    hasLied: () => hasLied,
  }
  return weather
}
