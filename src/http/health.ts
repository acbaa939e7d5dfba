/** Whether the process lives, and whether it should be sent work. */
import type { FastifyInstance } from 'fastify'
import { httpLimits } from './http-limits.ts'

export interface ReadinessCheck {
  /** As an operator knows it: PostgreSQL, Redis, migrations. */
  name: string
  /** Rejects with the reason while it is not ready. */
  check(): Promise<void>
}

export function serveHealth(
  app: FastifyInstance,
  checks: readonly ReadinessCheck[],
  isClosing: () => boolean,
): void {
  app.get('/healthz', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'alive' }),
  )

  app.get('/readyz', async (_request, reply) => {
    const answers = await Promise.all(checks.map(ask))
    const ready = !isClosing() && answers.every((answer) => answer.ready)
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isClosing() ? 'closing' : ready ? 'ready' : 'not ready', checks: answers })
  })
}

async function ask({
  name,
  check,
}: ReadinessCheck): Promise<{ name: string; ready: boolean; reason?: string }> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const ms = httpLimits.readinessCheckMsMax
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  try {
    await Promise.race([check(), late])
    return { name, ready: true }
  } catch (error) {
    return { name, ready: false, reason: reasonOf(error) }
  } finally {
    clearTimeout(timer)
  }
}

/** Errors of drivers may carry addresses and credentials; only their code is told. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  return /^no answer within/.test(error.message) ? error.message : 'failed; the log says why'
}
