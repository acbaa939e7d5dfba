/** One API process on a free port, as in production. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

export async function spawnApi(env: Record<string, string>): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../src/main.ts')], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: '0', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(() => {
      throw new Error('The API process ended before it listened')
    }),
  ])) as [string]
  return {
    url: `http://127.0.0.1:${JSON.parse(line).listening}`,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
