import { type ListedJob, listedJobsMax, listJobs } from '../../src/platform/queued-jobs.ts'
import { type Command, readArgs } from './command.ts'

export const jobsListCommand: Command = {
  name: 'jobs list',
  usage: '',
  about: 'Lists jobs that wait, run or have failed, failed ones first.',
  async run(args, instance) {
    readArgs(args, {})
    const { pool } = await instance.postgres()
    const jobs = await listJobs(pool)
    if (jobs.length === 0) console.error('No job waits, runs or has failed.')
    for (const job of jobs) console.log(told(job))
    if (jobs.length === listedJobsMax) console.error(`The first ${listedJobsMax}.`)
    return 0
  },
}

function told({ id, state, task, key, attempts, attemptsMax, runAt, lastError }: ListedJob): string {
  const when = state === 'waiting' ? `, due ${runAt.toISOString()}` : ''
  const why = lastError ? `\n    ${lastError.split('\n')[0]}` : ''
  return `${id.padStart(6)}  ${state.padEnd(7)}  ${task} ${key ?? ''} (try ${attempts} of ${attemptsMax}${when})${why}`
}
