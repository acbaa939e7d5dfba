/**
 * Events and their delivery: signed anew for every attempt, repeated until they are acknowledged, and on demand held
 * back, reversed and multiplied.
 */
import { createHmac } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { newId, nowS } from './account.ts'

export interface StripeEvent {
  id: string
  object: 'event'
  api_version: string
  created: number
  type: string
  livemode: false
  data: { object: object }
}

export interface Deliveries {
  /** What happened, with the object as it is at this moment. */
  tell(type: string, object: object): void
  hold(): void
  /** Lets go of what was held, and no more is held. */
  release(how: { reversed: boolean; copies: number }): void
  told(): { type: string; id: string; deliveredTimes: number; lastStatus: number | null }[]
  close(): void
}

const eventsMax = 20_000
const attemptsMax = 6
const attemptMsMax = 5_000
const firstPauseMs = 200

export function createDeliveries(to: { url: string; secret: string } | null): Deliveries {
  const told: { event: StripeEvent; deliveredTimes: number; lastStatus: number | null }[] = []
  const held: typeof told = []
  const closing = new AbortController()
  let isHolding = false

  const deliver = async (entry: (typeof told)[number]): Promise<void> => {
    if (!to) return
    for (let attempt = 0; attempt < attemptsMax && !closing.signal.aborted; attempt++) {
      if (attempt > 0) await pause(firstPauseMs * 2 ** (attempt - 1), null, { signal: closing.signal })
      entry.lastStatus = await post(to, entry.event, closing.signal)
      if (entry.lastStatus !== null && entry.lastStatus < 300) {
        entry.deliveredTimes += 1
        return
      }
    }
  }
  const start = (entry: (typeof told)[number]) => void deliver(entry).catch(() => {})

  return {
    tell(type, object) {
      if (told.length >= eventsMax) throw new Error(`At most ${eventsMax} events are kept`)
      const event: StripeEvent = {
        ...{ id: newId('evt'), object: 'event', api_version: '2026-10-28.endive', created: nowS() },
        ...{ type, livemode: false, data: { object: structuredClone(object) } },
      }
      const entry = { event, deliveredTimes: 0, lastStatus: null }
      told.push(entry)
      if (isHolding) held.push(entry)
      else start(entry)
    },
    hold() {
      isHolding = true
    },
    release({ reversed, copies }) {
      isHolding = false
      const due = held.splice(0)
      if (reversed) due.reverse()
      void (async () => {
        for (const entry of due) {
          for (let copy = 0; copy < copies; copy++) await deliver(entry).catch(() => {})
        }
      })()
    },
    told: () =>
      told.map(({ event: { type, id }, deliveredTimes, lastStatus }) => ({
        ...{ type, id, deliveredTimes, lastStatus },
      })),
    close: () => closing.abort(),
  }
}

function signatureOf(payload: string, secret: string, atS: number): string {
  const signature = createHmac('sha256', secret).update(`${atS}.${payload}`).digest('hex')
  return `t=${atS},v1=${signature}`
}

async function post(
  { url, secret }: { url: string; secret: string },
  event: StripeEvent,
  closing: AbortSignal,
): Promise<number | null> {
  const body = JSON.stringify(event)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signatureOf(body, secret, nowS()),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(attemptMsMax)]),
    })
    await response.body?.cancel()
    return response.status
  } catch {
    return null
  }
}
