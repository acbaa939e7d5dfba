import { importPlan } from '../../src/operate/index.ts'
import { type Command, onlyPositional, readArgs } from './command.ts'
import { printNothingStored, printProblems } from './print-problems.ts'

export const importPlanCommand: Command = {
  name: 'import plan',
  usage: 'FILE [--key KEY] [--repair-duplicate-seat-ids]',
  about:
    'Imports a seating plan (JSON of the pretix editor) as a new plan, or as the next version of plan KEY.',
  async run(args, instance) {
    const { values, positionals } = readArgs(args, {
      key: { type: 'string' },
      'repair-duplicate-seat-ids': { type: 'boolean', default: false },
    })
    const file = onlyPositional(positionals, 'file')
    const { pool } = await instance.postgres()
    const { key, problems, stored } = await importPlan(pool, {
      file,
      key: values.key,
      repairDuplicateSeatIds: values['repair-duplicate-seat-ids'],
    })
    printProblems(problems)
    if (!stored) {
      printNothingStored(problems)
      return 1
    }
    const { version, added, kept, vanished, changed } = stored
    console.log(
      changed
        ? `Plan ${key}, version ${version}: ${added + kept} places (${added} new, ${kept} kept, ${vanished} gone).`
        : `Plan ${key}: nothing changed, version ${version} is the same.`,
    )
    return 0
  },
}
