/** Webhooks that a test writes: signed as Stripe signs them, at delivery, whatever they say and however old they are. */
import { createHmac, randomUUID } from 'node:crypto'

export interface Forged {
  type: string
  object: object
  /** How long ago it happened. */
  ageS?: number
}

export interface Delivery {
  body: string
  signature: string
}

const nowS = () => Math.floor(Date.now() / 1_000)

/** `signedS`: how long ago it was signed; Stripe signs every delivery anew. */
export function forge({ type, object, ageS = 0 }: Forged, secret: string, signedS = 0): Delivery {
  const body = JSON.stringify({
    ...{
      id: `evt_${randomUUID()}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: nowS() - ageS,
    },
    ...{ type, livemode: false, data: { object } },
  })
  const atS = nowS() - signedS
  const signature = createHmac('sha256', secret).update(`${atS}.${body}`).digest('hex')
  return { body, signature: `t=${atS},v1=${signature}` }
}

export async function deliver(url: string, { body, signature }: Delivery): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
    body,
  })
  await response.body?.cancel()
  return response.status
}
