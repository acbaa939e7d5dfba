/**
 * Prisma's schema engine as WebAssembly. The package ships it for bundlers only, so its module is instantiated
 * here by hand, from the package's own bindings.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'

// The compiler's Node types do not declare WebAssembly, and this is the only file that needs it.
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>
}

let instance: Promise<void> | undefined

export async function openSchemaEngine(adapter: PrismaPg) {
  instance ??= instantiate()
  await instance
  const schema = await readFile(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8')
  return await bindings.SchemaEngine.new(
    { datamodels: [['schema.prisma', schema]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapter),
  )
}

async function instantiate(): Promise<void> {
  const bindingsFile = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const file = join(dirname(bindingsFile), 'schema_engine_bg.wasm')
  const { instance: wasm } = await WebAssembly.instantiate(await readFile(file), {
    './schema_engine_bg.js': bindings,
  })
  bindings.__wbg_set_wasm(wasm.exports)
  const start = wasm.exports.__wbindgen_start
  if (typeof start === 'function') start()
}
