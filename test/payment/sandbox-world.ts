/** A sandbox in a process of its own, with the port over it and a view of the money from beyond the port. */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { sandboxGateway } from '../../src/payment/gateway.sandbox.ts'
import { type SandboxProcessOptions, startSandboxProcess } from '../../src/payment/sandbox/start.ts'
import type { GatewayMethods, GatewayUnderTest } from './conformance/caller.ts'

export interface Movement {
  intentId: string
  reference: string
  kind: 'capture' | 'refund'
  amountMinor: number
}

export type StartSandbox = Partial<SandboxProcessOptions>

export async function sandboxWorld(options: StartSandbox = {}) {
  const sandbox = await startSandboxProcess({ log: () => {}, ...options })
  const gateway = sandboxGateway({ url: sandbox.url })

  const movements = async (): Promise<Movement[]> => {
    const answer = await fetch(`${sandbox.url}/admin/movements`)
    return ((await answer.json()) as { movements: Movement[] }).movements
  }

  return {
    sandbox,
    gateway,
    movements,
    async moved(intentId: string) {
      const own = (await movements()).filter((movement) => movement.intentId === intentId)
      const amounts = (kind: Movement['kind']) =>
        own.filter((movement) => movement.kind === kind).map((movement) => movement.amountMinor)
      return { takenMinor: amounts('capture'), givenBackMinor: amounts('refund') }
    },
    async answerAction(url: string, answer: 'approve' | 'decline') {
      const page = await fetch(url, { method: 'POST', body: new URLSearchParams({ answer }) })
      expect(page.status).toBe(200)
    },
    /** A call of the protocol as anybody may make it. */
    async post(path: string, body: unknown, key: string = newKey()) {
      const answer = await fetch(`${sandbox.url}${path}`, {
        method: 'POST',
        headers: { 'idempotency-key': key },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
    },
    async open(amountMinor = 4_500): Promise<string> {
      const request = { key: newKey(), bookingId: randomUUID(), amountMinor, currency: 'EUR' }
      return (await gateway.open(request)).intentId
    },
  }
}

export type SandboxWorld = Awaited<ReturnType<typeof sandboxWorld>>

export const newKey = (): string => `test_${randomUUID()}`

export const sandboxMethods: GatewayMethods = {
  succeeds: 'tok_ok',
  succeedsSlowly: 'tok_slow',
  declines: 'tok_declined',
  asks: 'tok_requires_action',
  unknown: 'tok_of_another_gateway',
  silent: 'tok_timeout',
  silentAndTakes: 'tok_late',
  failsAfterTaking: 'tok_error',
  cutsAfterTaking: 'tok_reset',
}

export async function sandboxUnderTest(): Promise<GatewayUnderTest> {
  const [world, gone] = await Promise.all([sandboxWorld(), startSandboxProcess({ log: () => {} })])
  await gone.stop()
  return {
    gateway: world.gateway,
    unreachable: sandboxGateway({ url: gone.url }),
    answerAction: world.answerAction,
    moved: world.moved,
    close: world.sandbox.stop,
  }
}
