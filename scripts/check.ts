/**
 * Everything that needs no server: generated files, types, lint and format, unused code, schema drift. One line per
 * check; the first failure's output is shown and ends the run.
 */
import { spawnSync } from 'node:child_process'

const checks: [what: string, command: string, args: string[]][] = [
  ['generated sources', 'node', ['scripts/generate.ts']],
  ['the GraphQL schema file is what the code says', 'node', ['scripts/print-schema.ts', '--check']],
  ['types', 'tsc', ['-p', '.']],
  ['types of the web page', 'tsc', ['-p', 'web']],
  ['lint and format', 'biome', ['check', '--error-on-warnings', '.']],
  ['unused files, exports and dependencies', 'knip', ['--no-progress']],
]

for (const [what, command, args] of checks) {
  const startedAt = performance.now()
  const run = spawnSync(command, args, { encoding: 'utf8' })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  if (run.status === 0) {
    console.log(`ok      ${what} (${seconds} s)`)
    continue
  }
  console.error(
    `failed  ${what}: ${command} ${args.join(' ')}\n${run.stdout}${run.stderr}${run.error?.message ?? ''}`,
  )
  process.exit(1)
}
