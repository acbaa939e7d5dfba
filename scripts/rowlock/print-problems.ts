/** What an importer found wrong or left out, one line each, to stderr. */
import type { ImportProblem, Problems } from '../../src/catalog/index.ts'

export function printProblems(problems: Problems): void {
  for (const problem of problems.list) console.error(line(problem))
  if (problems.unlisted > 0) console.error(`… and ${problems.unlisted} more.`)
  for (const problem of problems.unknownKeys()) console.error(line(problem))
  for (const hint of problems.hints) console.error(hint)
}

const line = ({ severity, where, expected, found }: ImportProblem) =>
  `${severity.padEnd(8)}  ${where}: expected ${expected}; found ${found}`

export function printNothingStored(problems: Problems): void {
  const { error } = problems.counts
  console.error(`Nothing was imported: ${error === 1 ? '1 error' : `${error} errors`}, listed above.`)
}
