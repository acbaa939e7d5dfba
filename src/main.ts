/** Environment -> configuration -> one API process, or several behind one port -> wait for a signal -> close. */
import cluster from 'node:cluster'
import { startRowlock } from './app.ts'
import { BadConfiguration, readConfig } from './config.ts'
import { belongToProcesses, startProcesses } from './processes.ts'

let closing = false

try {
  const config = readConfig()
  const several = config.processes > 1
  if (several && cluster.isPrimary) {
    const processes = await startProcesses(config.processes, console.error)
    closeOnSignals(processes.close)
    tellListening(processes.port)
  } else {
    const rowlock = await startRowlock(config)
    if (several) {
      belongToProcesses(rowlock.port, () => void closeOnce(rowlock.close))
      // A terminal's Ctrl-C reaches every process; the first one tells the others.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
    } else {
      closeOnSignals(rowlock.close)
      tellListening(rowlock.port)
    }
  }
} catch (error) {
  console.error(error instanceof BadConfiguration ? error.message : error)
  process.exit(1)
}

/** One line that a parent process or a script can wait for. */
function tellListening(port: number): void {
  console.log(JSON.stringify({ listening: port }))
}

function closeOnSignals(close: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A second signal means now.
      if (closing) process.exit(1)
      void closeOnce(close)
    })
  }
}

async function closeOnce(close: () => Promise<void>): Promise<void> {
  if (closing) return
  closing = true
  await close()
  process.exit(0)
}
