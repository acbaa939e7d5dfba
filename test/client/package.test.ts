/** The package as others get it: built, packed, its README’s examples compiled, its operations known to the schema. */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import { beforeAll, expect, inject, test } from 'vitest'
import { watchSeats } from '../../client/src/frame-stream.ts'
import { seatMapNow } from '../../client/src/snapshot-source.http.ts'

const root = resolve(import.meta.dirname, '../..')
const bin = (name: string) => join(root, 'node_modules/.bin', name)
let folder: string
let installed: string

beforeAll(() => {
  folder = mkdtempSync(join(inject('runFolder'), 'package-'))
  installed = join(folder, 'node_modules/rowlock-client')
  mkdirSync(installed, { recursive: true })
  cpSync(join(root, 'client/package.json'), join(installed, 'package.json'))
  run(bin('tsc'), ['-p', 'client', '--outDir', join(installed, 'dist')], root)
  for (const name of ['graphql', 'graphql-ws', 'urql', '@urql', '@0no-co', 'wonka', 'react', '@types']) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
}, 60_000)

function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`)
  return stdout
}

test.each([watchSeats, seatMapNow])('the server’s schema knows the operation %#', (text) => {
  const schema = buildSchema(readFileSync(join(root, 'schema/schema.graphql'), 'utf8'))
  expect(validate(schema, parse(text))).toEqual([])
})

test('every example of the README compiles against the built package', () => {
  const readme = readFileSync(join(root, 'client/README.md'), 'utf8')
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? '')
  expect(examples.length).toBeGreaterThan(4)
  for (const [n, code] of examples.entries())
    writeFileSync(join(folder, `example-${n}.ts`), `${code}\nexport {}\n`)
  writeFileSync(join(folder, 'apollo.d.ts'), apolloTypes)
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        ...{
          target: 'es2022',
          lib: ['es2022', 'dom', 'dom.iterable'],
          types: [],
          strict: true,
          noEmit: true,
        },
        ...{ module: 'esnext', moduleResolution: 'bundler' },
      },
      include: ['*.ts'],
    }),
  )
  run(bin('tsc'), ['-p', '.'], folder)
}, 60_000)

test('the built package runs in Node without a bundler, and depends on nothing', () => {
  const script = `import * as client from 'rowlock-client'
    const map = client.openLiveMap({ showId: 'x', frames: { watch: () => () => {} }, snapshots: client.httpSnapshots({ api: 'http://x.invalid' }) })
    console.log(map.state().kind, map.statusOf(0))
    map.close()`
  expect(run(bin('node'), ['--input-type=module', '-e', script], folder)).toBe('connecting 3\n')
  const about = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  expect([about.dependencies, about.peerDependencies]).toEqual([undefined, undefined])
  for (const file of readdirSync(join(installed, 'dist'))) {
    const imported = readFileSync(join(installed, 'dist', file), 'utf8').matchAll(/from '([^']+)'/g)
    for (const [, from = ''] of imported) expect(from).toMatch(/^\.\//)
  }
})

/** What the README’s example uses of Apollo Client, as its documentation types it. */
const apolloTypes = `declare module '@apollo/client' {
  import type { DocumentNode } from 'graphql'
  export function gql(literals: string | readonly string[], ...args: unknown[]): DocumentNode
  export class InMemoryCache {}
  export class ApolloLink {}
  export class ApolloClient {
    constructor(options: { link: ApolloLink; cache: InMemoryCache })
    subscribe<TData = unknown, TVariables extends Record<string, unknown> = Record<string, unknown>>(options: {
      query: DocumentNode
      variables?: TVariables
      fetchPolicy?: 'cache-first' | 'network-only' | 'cache-only' | 'no-cache'
    }): {
      subscribe(observer: {
        next?: (result: { data?: TData; error?: Error }) => void
        error?: (error: unknown) => void
        complete?: () => void
      }): { unsubscribe(): void; readonly closed: boolean }
    }
  }
}
declare module '@apollo/client/link/subscriptions' {
  import { ApolloLink } from '@apollo/client'
  import type { Client } from 'graphql-ws'
  export class GraphQLWsLink extends ApolloLink {
    constructor(client: Client)
  }
}
`
