import { retryJobs } from '../../src/platform/queued-jobs.ts'
import { BadUsage, type Command, readArgs } from './command.ts'

export const jobsRetryCommand: Command = {
  name: 'jobs retry',
  usage: '[ID]…',
  about: 'Tries failed jobs again from the start: those named, or all that have failed for good.',
  async run(args, instance) {
    const { positionals } = readArgs(args, {})
    const wrong = positionals.find((id) => !/^\d{1,18}$/.test(id))
    if (wrong !== undefined)
      throw new BadUsage(`Expected numbers of jobs, as \`jobs list\` shows them; got ${wrong}.`)
    const { pool } = await instance.postgres()
    const count = await retryJobs(pool, positionals)
    console.log(count === 1 ? '1 job is tried again.' : `${count} jobs are tried again.`)
    return count > 0 || positionals.length === 0 ? 0 : 1
  },
}
