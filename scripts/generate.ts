/**
 * Writes what is derived from the sources and not committed: the Prisma client with its Pothos types, and the web page's
 * types of its GraphQL documents. Each is made again only when what it is made of has changed.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

interface Derived {
  what: string
  stampFile: string
  madeOf: string[]
  command: string[]
  env?: Record<string, string>
}

const derived: Derived[] = [
  {
    what: 'The Prisma client',
    stampFile: 'src/generated/stamp',
    madeOf: ['prisma/schema.prisma', 'node_modules/@prisma/client/package.json'],
    command: ['prisma', 'generate', '--schema', 'prisma/schema.prisma'],
    // It asks for a native engine, which needs a download, and never runs it: any executable will do.
    env: {
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  },
  {
    what: 'The types of the web page`s documents',
    stampFile: 'web/src/generated/stamp',
    madeOf: ['codegen.ts', 'schema/schema.graphql', ...documentsOf('web/src')],
    command: ['graphql-codegen', '--config', 'codegen.ts', '--silent'],
  },
]

for (const { what, stampFile, madeOf, command, env } of derived) {
  const hash = createHash('sha256')
  for (const file of madeOf) hash.update(file).update(readFileSync(file))
  const stamp = hash.digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) continue
  const [name = '', ...args] = command
  const run = spawnSync(join('node_modules/.bin', name), args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  if (run.status !== 0) {
    console.error(`${what} could not be generated (${command.join(' ')}).\n${run.stdout}${run.stderr}`)
    process.exit(1)
  }
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, stamp)
}

/** Sources of the web page that hold GraphQL documents. */
function documentsOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.includes('generated'),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file, 'utf8').includes('graphql('))
    .sort()
}
