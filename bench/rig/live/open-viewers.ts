/** The viewers' process, pinned to the generator's core, and orders to it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { onGeneratorCore } from '../run-load.ts'
import type { OpenJob, Order, Seen } from './viewers.ts'

export interface Viewers {
  open(job: OpenJob): Promise<Seen>
  reset(): Promise<Seen>
  read(): Promise<Seen>
  /** Hangs up all of them. */
  close(): Promise<Seen>
  stop(): Promise<void>
}

export function openViewers(): Viewers {
  const [program = '', ...args] = onGeneratorCore([
    process.execPath,
    resolve(import.meta.dirname, 'viewers.ts'),
  ])
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  async function ask(order: Order): Promise<Seen> {
    const answer = once(child, 'message')
    child.send(order)
    const [seen] = (await Promise.race([
      answer,
      exited.then(() => Promise.reject(new Error('The viewers’ process ended'))),
    ])) as [Seen]
    return seen
  }
  return {
    open: (job) => ask({ do: 'open', job }),
    reset: () => ask({ do: 'reset' }),
    read: () => ask({ do: 'read' }),
    close: () => ask({ do: 'close' }),
    async stop() {
      child.kill()
      await exited
    },
  }
}
