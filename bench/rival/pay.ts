/** The rival's payment: open and confirm over HTTP, as the gateway's page shows it. */
export interface Payment {
  bookingId: string
  amountMinor: number
  currency: string
  method: string
}

export async function pay(
  gatewayUrl: string,
  { bookingId, amountMinor, currency, method }: Payment,
): Promise<void> {
  const intent = await call(`${gatewayUrl}/v1/intents`, `open-${bookingId}`, {
    reference: bookingId,
    amountMinor,
    currency,
  })
  const { status } = await call(`${gatewayUrl}/v1/intents/${intent.id}/confirm`, `confirm-${bookingId}`, {
    method,
  })
  if (status !== 'succeeded') throw new Error(`The payment is ${status}`)
}

async function call(url: string, key: string, body: object): Promise<{ id: string; status: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`The gateway answered ${response.status}`)
  return (await response.json()) as { id: string; status: string }
}
