/** One API process: environment -> configuration -> app -> wait for a signal -> close. */
import { startRowlock } from './app.ts'
import { BadConfiguration, readConfig } from './config.ts'

try {
  const rowlock = await startRowlock(readConfig())
  // One line that a parent process or a script can wait for.
  console.log(JSON.stringify({ listening: rowlock.port }))
  let closing = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, async () => {
      // A second signal means now.
      if (closing) process.exit(1)
      closing = true
      await rowlock.close()
      process.exit(0)
    })
  }
} catch (error) {
  console.error(error instanceof BadConfiguration ? error.message : error)
  process.exit(1)
}
