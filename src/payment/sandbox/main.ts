/** The sandbox as a process of its own. docs/sandbox-gateway.md lists its flags. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../platform/clock.ts'
import { type Line, openBooks } from './books.ts'
import { openDesk } from './desk.ts'
import { BadFlags, readFlags } from './flags.ts'
import { BadJournal, openJournal } from './journal.ts'
import { sandboxLimits } from './sandbox-limits.ts'
import { sandboxServer } from './server.ts'

try {
  await run()
} catch (error) {
  const known = error instanceof BadFlags || error instanceof BadJournal
  console.error(known ? error.message : error)
  process.exit(1)
}

async function run(): Promise<void> {
  const { port, stateFile, delayMs, returnOrigins, endsWithParent } = readFlags(process.argv.slice(2))
  const journal = stateFile ? openJournal<Line>(stateFile) : null
  const books = openBooks(journal, () => systemClock.nowMs())
  const desk = openDesk({
    books,
    clock: systemClock,
    newId: () => randomUUID().replaceAll('-', ''),
    wait: (ms) => pause(ms),
    actionUrl: (intentId) => `http://127.0.0.1:${listening()}/actions/${intentId}`,
    returnOrigins,
  })
  const tellFault = (error: unknown) => console.error(error)
  const server = sandboxServer({ desk, books, delayMs, returnOrigins, tellFault })
  const listening = () => (server.address() as AddressInfo).port

  if (endsWithParent) {
    // However the parent ended: nobody is left to close in order for.
    process.stdin.on('close', () => process.exit(0)).on('error', () => process.exit(0))
    process.stdin.resume()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, close)

  await listen(port)
  books.write({ port: listening() })
  desk.resume().catch(tellFault)
  console.log(JSON.stringify({ listening: listening() }))

  /** On any free port the last one comes first: links that were given out go on working. */
  async function listen(wanted: number): Promise<void> {
    const ports = wanted === 0 && books.lastPort ? [books.lastPort, 0] : [wanted]
    for (const candidate of ports) {
      try {
        server.listen(candidate, '127.0.0.1')
        await once(server, 'listening')
        return
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        if (candidate === ports.at(-1))
          throw new BadFlags(`Cannot listen on port ${candidate}: ${code ?? message}`)
      }
    }
  }

  /** What is being processed is in the journal; the next start goes on with it. */
  async function close(): Promise<void> {
    const closed = once(server, 'close')
    server.close()
    setTimeout(() => server.closeAllConnections(), sandboxLimits.closeMsMax)
    await closed
    journal?.close()
    process.exit(0)
  }
}
