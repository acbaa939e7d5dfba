/** Migrates, and fills an empty database with the demo. A database that has events is left as it is. */
import type { Config } from '../../src/config.ts'
import { seedDemo } from '../../src/operate/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { migrate } from '../../src/platform/migrate.ts'
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'

export async function prepareDatabase(config: Config, log: (line: string) => void): Promise<void> {
  await migrate(config.databaseUrl, log)
  if (process.env.SEED === 'off') return
  const postgres = openPostgres({ ...postgresDefaults, url: config.databaseUrl }, () => {})
  try {
    if ((await postgres.database.event.count()) > 0) return
    log('Filling the database with a theatre, an arena and their shows')
    await seedDemo(postgres.pool, systemClock.now())
  } finally {
    await postgres.close()
  }
}
