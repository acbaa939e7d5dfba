/**
 * `npm run doctor`: checks what Rowlock needs of this machine, one line each: what was found, and where something is
 * wrong, the cause and the next command. Changes nothing. Exits with 1 when something will keep Rowlock from running.
 */
import { checkClock } from './doctor/clock.ts'
import { checkDataFolder } from './doctor/data-folder.ts'
import { checkDisk } from './doctor/disk.ts'
import type { Finding } from './doctor/finding.ts'
import { checkNode } from './doctor/node.ts'
import { checkPort } from './doctor/port.ts'
import { checkPostgres } from './doctor/postgres.ts'
import { checkRedis } from './doctor/redis.ts'

const { DATABASE_URL, REDIS_URL, PORT } = process.env

const postgres = checkPostgres(DATABASE_URL)
const redis = checkRedis(REDIS_URL)
const findings: Finding[] = [
  checkNode(),
  await checkPort(PORT),
  await postgres,
  await redis,
  checkDisk(),
  checkClock([await postgres, await redis]),
  checkDataFolder(),
]

for (const { what, outcome, said } of findings) {
  console.log(`${outcome.padEnd(7)}  ${what.padEnd(11)}  ${said}`)
}

const failed = findings.filter(({ outcome }) => outcome === 'failed').length
if (failed > 0) {
  console.error(
    `\n${failed === 1 ? '1 check' : `${failed} checks`} failed; Rowlock will not run before that is mended.`,
  )
}
// A connection that is still being given up must not keep the answer waiting.
process.exit(failed > 0 ? 1 : 0)
