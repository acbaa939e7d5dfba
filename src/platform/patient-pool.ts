/** A pool as the job queue's library needs it, so that a lost connection does not end the process. */
import type { PoolClient } from 'pg'
import type { Pool } from './postgres.ts'
import { isPostgresAway } from './postgres-away.ts'

/**
 * The queue's library tries again what fails with some codes, and lets everything else end the process: of a lost
 * connection as well, which the driver tells by words alone. Through this pool it hears a code that it knows.
 */
export function patient(pool: Pool): Pool {
  const orLater = async <Answer>(step: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await step()
    } catch (error) {
      if (!isPostgresAway(error)) throw error
      throw Object.assign(new Error('PostgreSQL is away', { cause: error }), { code: 'ETIMEDOUT' })
    }
  }
  const patientClient = (client: PoolClient): PoolClient =>
    overriding(client, {
      query: (...query: unknown[]) => orLater(() => Reflect.apply(client.query, client, query)),
    })
  return overriding(pool, {
    // With a callback it is the one that listens, and which is connected anew by itself.
    connect: (...listening: unknown[]) =>
      listening.length > 0
        ? Reflect.apply(pool.connect, pool, listening)
        : orLater(async () => patientClient(await pool.connect())),
  })
}

function overriding<Target extends object>(
  target: Target,
  own: Partial<Record<keyof Target, unknown>>,
): Target {
  return new Proxy(target, {
    get(_target, name) {
      if (name in own) return own[name as keyof Target]
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
