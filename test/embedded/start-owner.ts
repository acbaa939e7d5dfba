/** Runs owner.ts as a process of its own, from this project or from a copy of it, as anybody. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { birthMark } from '../../src/embedded/living-process.ts'

export interface StartedServer {
  url: string
  port: number
  pid: number
  logFile: string
}

export interface Owner {
  pid: number
  servers: { postgres: StartedServer; redis: StartedServer }
  /** What the embedded servers told their owner. */
  told: string[]
  /** What the owner wrote after it had started them. */
  lines: string[]
  kill(signal: NodeJS.Signals): void
  tell(command: 'stop' | 'leave' | 'crash'): Promise<void>
  ended: Promise<unknown>
}

export interface OwnerRefusal {
  failure: string
  message: string
}

export interface OwnerOptions {
  project?: string
  names?: ('postgres' | 'redis' | 'hasty')[]
  account?: { uid: number; gid: number } | undefined
  env?: NodeJS.ProcessEnv
  /** The Node to run it with. */
  node?: string
}

export const projectDir = fileURLToPath(new URL('../..', import.meta.url))

export function spawnOwner(folder: string, options: OwnerOptions = {}): ChildProcess {
  const { project = projectDir, names = ['postgres', 'redis', 'hasty'], account } = options
  const { env = process.env, node = process.execPath } = options
  return spawn(node, [join(project, 'test/embedded/owner.ts'), folder, ...names], {
    cwd: '/',
    // A group of its own, as a terminal gives it.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env,
    ...account,
  })
}

export async function startOwner(folder: string, options: OwnerOptions = {}): Promise<Owner> {
  const started = await tryOwner(folder, options)
  if ('failure' in started) throw new Error(`${started.failure}: ${started.message}`)
  return started
}

export async function tryOwner(folder: string, options: OwnerOptions = {}): Promise<Owner | OwnerRefusal> {
  const child = spawnOwner(folder, options)
  const ended = once(child, 'exit')
  const told: string[] = []
  const lines: string[] = []
  if (!child.stdout || !child.stderr) throw new Error('the owner has no output')
  createInterface(child.stderr).on('line', (line) => told.push(line))
  const output = createInterface(child.stdout)
  const first = await Promise.race([once(output, 'line'), ended.then(() => null)])
  if (!first) throw new Error(`the owner ended before it said anything:\n${told.join('\n')}`)
  output.on('line', (line) => lines.push(line))
  const said = JSON.parse(String(first[0]))
  if ('failure' in said) return said
  return {
    pid: child.pid ?? 0,
    servers: said,
    told,
    lines,
    ended,
    kill: (signal) => void process.kill(-(child.pid ?? 0), signal),
    async tell(command) {
      child.stdin?.write(`${command}\n`)
      await ended
    },
  }
}

export async function until(what: string, condition: () => boolean, deadlineMs = 15_000): Promise<void> {
  const end = performance.now() + deadlineMs
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Waited ${deadlineMs} ms in vain: ${what}`)
    await pause(10)
  }
}

export const isRunning = (pid: number): boolean => birthMark(pid) !== null
