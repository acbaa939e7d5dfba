import type { SeasonCounts } from '../../src/catalog/index.ts'
import { importEvents } from '../../src/operate/index.ts'
import { type Command, onlyPositional, readArgs } from './command.ts'
import { printNothingStored, printProblems } from './print-problems.ts'

export const importEventsCommand: Command = {
  name: 'import events',
  usage: 'FILE [--time-zone "LOCATION=ZONE"]…',
  about: "Imports concerts (JSON of the New York Philharmonic's archive): venues, events and their shows.",
  async run(args, instance) {
    const { values, positionals } = readArgs(args, { 'time-zone': { type: 'string', multiple: true } })
    const file = onlyPositional(positionals, 'file')
    const { pool } = await instance.postgres()
    const { problems, stored } = await importEvents(pool, { file, timeZones: values['time-zone'] ?? [] })
    printProblems(problems)
    if (!stored) {
      printNothingStored(problems)
      return 1
    }
    for (const [what, counts] of Object.entries(stored)) console.log(`${what.padEnd(7)} ${told(counts)}`)
    return 0
  },
}

const told = ({ added, changed, same }: SeasonCounts) => `${added} new, ${changed} changed, ${same} the same`
