/** Runs a victim and sees to it that it died where it should. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { seatingSecret } from '../seating/seating-names.ts'
import type { Victim } from './booking-names.ts'
import type { BookingWorld } from './booking-world.ts'

export async function killed(
  { database, redis, sandboxUrl }: Pick<BookingWorld, 'database' | 'redis' | 'sandboxUrl'>,
  deed: Partial<Victim>,
): Promise<void> {
  const victim: Victim = {
    ...{ databaseUrl: database.url, redisUrl: redis.url, gatewayUrl: sandboxUrl },
    ...{ seatingSecret, diesAfterMs: 0 },
    ...deed,
  }
  const file = fileURLToPath(new URL('./victim.ts', import.meta.url))
  const child = spawn(process.execPath, [file, JSON.stringify(victim)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code, signal] = await once(child, 'exit')
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' })
}
