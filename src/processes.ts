/**
 * Several API processes behind one port, with one command. The first process serves nothing: it starts the others, hands
 * them connections in turn, replaces one that ends by itself, and closes all of them when it is told to.
 */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { pageOfProcesses } from './platform/process-metrics.ts'

export interface Processes {
  /** Resolves when every process listens. */
  port: number
  close(): Promise<void>
}

/** What a process says to the first one, and hears from it. */
type Said = { said: 'listening'; port: number } | { said: 'metrics?'; id: number }

const replaceAfterMs = 1_000

export async function startProcesses(count: number, log: (line: string) => void): Promise<Processes> {
  pageOfProcesses()
  let closing = false
  const ports = await Promise.all(Array.from({ length: count }, () => startOne()))

  async function startOne(): Promise<number> {
    const worker = cluster.fork()
    const port = await portOf(worker)
    worker.once('exit', (code, signal) => {
      if (closing) return
      log(`Process ${worker.process.pid} ended by itself (${signal ?? code}); another takes its place`)
      void replace()
    })
    return port
  }

  async function replace(): Promise<void> {
    while (!closing) {
      await pause(replaceAfterMs)
      const started = closing || (await startOne().then(Boolean, () => false))
      if (started) return
    }
  }

  return {
    port: ports[0] ?? 0,
    async close() {
      closing = true
      const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
      await Promise.all(
        workers.map(async (worker) => {
          const ended = once(worker, 'exit')
          if (worker.isConnected()) worker.send('close')
          await ended
        }),
      )
    },
  }
}

function portOf(worker: Worker): Promise<number> {
  return new Promise((listening, failed) => {
    worker.on('message', (message: Said) => {
      if (message.said === 'listening') listening(message.port)
    })
    worker.once('exit', () =>
      failed(new Error('An API process ended before it listened; what it said stands above')),
    )
  })
}

/** In one of the processes: tells that it listens, and closes when it is told to or the first process is gone. */
export function belongToProcesses(port: number, close: () => void): void {
  process.send?.({ said: 'listening', port } satisfies Said)
  process.on('message', (message) => {
    if (message === 'close') close()
  })
  process.on('disconnect', close)
}
