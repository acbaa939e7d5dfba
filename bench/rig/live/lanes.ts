/** What the product is held against, each a server process that sends by itself once its sockets are open. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type SpawnedServer, spawnServer } from '../spawn-server.ts'
import type { OpenJob } from './viewers.ts'

export type Rates = Partial<Record<'raw' | 'c' | 'plain', number>>

export interface Lane {
  name: keyof Rates
  about: string
  job: Pick<OpenJob, 'subscribe' | 'seats' | 'seqs'>
  start(): Promise<SpawnedServer>
}

/** Broadcasts a second; plain graphql-ws manages fewer, and per CPU second that makes no difference. */
const broadcastsPerS = 10
const plainBroadcastsPerS = 2

const here = (file: string) => resolve(import.meta.dirname, file)

export async function openLanes(of: { sockets: number; wireBytes: number }) {
  const env = {
    SOCKETS: String(of.sockets),
    WIRE_BYTES: String(of.wireBytes),
    PER_SECOND: String(broadcastsPerS),
  }
  const bytes = { subscribe: null, seats: 0, seqs: false }
  const notes: string[] = []
  const open: Lane[] = [
    {
      ...{ name: 'raw', about: `ws, one frame of ${of.wireBytes} B prepared once`, job: bytes },
      start: () => spawnServer(here('raw-server.ts'), env),
    },
  ]
  const loop = compile()
  if (loop === null) notes.push('No C compiler (cc) was found, so the C send() loop was not measured.')
  else
    open.push({
      ...{ name: 'c', about: 'C send() loop, the same bytes', job: bytes },
      start: () => spawnServer(loop, env, null),
    })
  open.push({
    ...{ name: 'plain', about: 'plain graphql-ws, the same schema' },
    job: { subscribe: { showId: Buffer.from('Show:1').toString('base64') }, seats: 0, seqs: false },
    start: () => spawnServer(here('plain-server.ts'), { ...env, PER_SECOND: String(plainBroadcastsPerS) }),
  })
  return { open, notes }
}

function compile(): string | null {
  const binary = join(mkdtempSync(join(tmpdir(), 'rowlock-bench-')), 'send-loop')
  const { status } = spawnSync('cc', ['-O2', '-o', binary, here('send-loop.c')], { stdio: 'inherit' })
  return status === 0 ? binary : null
}
