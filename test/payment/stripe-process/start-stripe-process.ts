/** Starts the process that stands in for Stripe, as a child that cannot outlive this one. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Movement } from './account.ts'
import type { Fault } from './faults.ts'

export interface StripeProcess {
  url: string
  secretKey: string
  webhookSecret: string
  /** Money that moved, in Stripe's units; a refund that failed is there a second time, taken back. */
  movements(): Promise<Movement[]>
  /** Every event so far, and how often it was acknowledged. */
  events(): Promise<{ type: string; id: string; deliveredTimes: number; lastStatus: number | null }[]>
  holdEvents(): Promise<void>
  releaseEvents(how?: { reversed?: boolean; copies?: number }): Promise<void>
  addFault(fault: Omit<Fault, 'times'> & { times?: number }): Promise<void>
  clearFaults(): Promise<void>
  forgetKeys(): Promise<void>
  failRefund(refundId: string): Promise<void>
  dispute(intentId: string): Promise<{ id: string }>
  closeDispute(disputeId: string, status: 'won' | 'lost'): Promise<void>
  stop(): Promise<void>
}

const startMsMax = 20_000

export async function startStripeProcess(options: { webhookUrl?: string } = {}): Promise<StripeProcess> {
  const [secretKey, webhookSecret] = ['sk_test_double', 'whsec_double']
  const flags = ['--secret-key', secretKey, '--webhook-secret', webhookSecret]
  if (options.webhookUrl) flags.push('--webhook-url', options.webhookUrl)
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, ...flags], { env: {}, stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.on('error', () => {})
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const line = await Promise.race([
    once(lines, 'line', { signal: AbortSignal.timeout(startMsMax) }),
    ended.then(([code]) => {
      throw new Error(`The process that stands in for Stripe ended with ${code}`)
    }),
  ])
  const url = `http://127.0.0.1:${(JSON.parse(line[0]) as { listening: number }).listening}`

  const ask = async <Shape = unknown>(method: string, path: string, body?: object): Promise<Shape> => {
    const response = await fetch(`${url}/admin/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(await response.text())
    return (await response.json()) as Shape
  }

  return {
    ...{ url, secretKey, webhookSecret },
    movements: async () => (await ask<{ movements: Movement[] }>('GET', 'movements')).movements,
    events: async () => (await ask<{ events: never[] }>('GET', 'events')).events,
    holdEvents: async () => void (await ask('POST', 'events/hold')),
    releaseEvents: async (how = {}) => void (await ask('POST', 'events/release', how)),
    addFault: async (fault) => void (await ask('POST', 'faults', fault)),
    clearFaults: async () => void (await ask('DELETE', 'faults')),
    forgetKeys: async () => void (await ask('POST', 'forget-keys')),
    failRefund: async (refund) => void (await ask('POST', 'fail-refund', { refund })),
    dispute: (intentId) => ask('POST', 'dispute', { payment_intent: intentId }),
    closeDispute: async (dispute, status) => void (await ask('POST', 'close-dispute', { dispute, status })),
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
