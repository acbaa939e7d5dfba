/**
 * `npm run rowlock -- COMMAND …`: what an operator does by command. Works on the instance that runs in this folder, on
 * the servers that DATABASE_URL and REDIS_URL name, or on this folder's own data when nothing runs.
 */
import { BadConfiguration } from '../src/config.ts'
import { EmbeddedFailure } from '../src/embedded/index.ts'
import { NotSaleable } from '../src/operate/index.ts'
import { createSealer, readSealingKeys } from '../src/platform/sealed.ts'
import { KeyNotMoved } from '../src/ticket/index.ts'
import { auditCommand } from './rowlock/audit.ts'
import { bookingResolveCommand, refundRetryCommand } from './rowlock/booking-resolve.ts'
import { BadUsage, type Command } from './rowlock/command.ts'
import { costCommand } from './rowlock/cost.ts'
import { dataKeysCommands } from './rowlock/data-keys.ts'
import { gateAttackCommand } from './rowlock/gate-attack.ts'
import { gateCommands } from './rowlock/gate-show.ts'
import { importEventsCommand } from './rowlock/import-events.ts'
import { importPlanCommand } from './rowlock/import-plan.ts'
import { openInstance } from './rowlock/instance.ts'
import { jobsListCommand } from './rowlock/jobs-list.ts'
import { jobsRetryCommand } from './rowlock/jobs-retry.ts'
import { promotionAddCommand } from './rowlock/promotion-add.ts'
import { promotionListCommand } from './rowlock/promotion-list.ts'
import { showListCommand } from './rowlock/show-list.ts'
import { showSellCommand } from './rowlock/show-sell.ts'
import { ticketKeysCommands } from './rowlock/ticket-keys.ts'

function sealerOf({ DATA_KEYS = '' }: NodeJS.ProcessEnv) {
  try {
    return createSealer(readSealingKeys(DATA_KEYS))
  } catch (error) {
    throw new BadConfiguration([`DATA_KEYS: ${error instanceof Error ? error.message : error}`])
  }
}

const commands: Command[] = [
  ...[importPlanCommand, importEventsCommand, showListCommand, showSellCommand],
  ...[promotionAddCommand, promotionListCommand, auditCommand],
  ...ticketKeysCommands(sealerOf),
  ...dataKeysCommands(sealerOf),
  ...[...gateCommands(sealerOf), gateAttackCommand],
  ...[jobsListCommand, jobsRetryCommand, costCommand],
  ...[bookingResolveCommand, refundRetryCommand],
]

const words = process.argv.slice(2)
const wordsOf = ({ name }: Command) => name.split(' ').length
const command = commands.find((one) => one.name === words.slice(0, wordsOf(one)).join(' '))

if (!command || words.includes('--help')) {
  const asked = words.includes('--help') || words.length === 0
  if (!asked) console.error(`There is no command ${JSON.stringify(words.slice(0, 2).join(' '))}.\n`)
  printUsage(command ? [command] : commands)
  process.exit(asked ? 0 : 2)
}

const instance = openInstance()
// Whatever was started for this command ends with it.
process.on('SIGINT', () => void instance.close().finally(() => process.exit(130)))

try {
  process.exitCode = await command.run(words.slice(wordsOf(command)), instance)
} catch (error) {
  const known = [BadUsage, BadConfiguration, EmbeddedFailure, NotSaleable, KeyNotMoved].some(
    (kind) => error instanceof kind,
  )
  console.error(known && error instanceof Error ? error.message : error)
  if (error instanceof BadUsage) printUsage([command])
  process.exitCode = error instanceof BadUsage ? 2 : 1
} finally {
  await instance.close()
}

function printUsage(listed: Command[]): void {
  console.error('npm run rowlock -- COMMAND\n')
  for (const { name, usage, about } of listed) console.error(`  ${name} ${usage}\n      ${about}\n`)
}
