/**
 * Writes what is derived from the sources and not committed: the Prisma client and its Pothos types.
 * It needs no network: `prisma generate` asks for a native engine that it never runs, so any executable will do.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'

const schemaFile = 'prisma/schema.prisma'
const stampFile = 'src/generated/stamp'

const stamp = createHash('sha256')
  .update(readFileSync(schemaFile))
  .update(readFileSync('node_modules/@prisma/client/package.json'))
  .digest('hex')

if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
  const run = spawnSync('node_modules/.bin/prisma', ['generate', '--schema', schemaFile], {
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
    encoding: 'utf8',
  })
  if (run.status !== 0) {
    console.error(`The Prisma client could not be generated from ${schemaFile}.\n${run.stdout}${run.stderr}`)
    process.exit(1)
  }
  mkdirSync('src/generated', { recursive: true })
  writeFileSync(stampFile, stamp)
}
