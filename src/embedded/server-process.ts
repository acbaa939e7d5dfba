/**
 * A server's life from here: started until it says that it is ready, told to end, or found ended. Readiness is what
 * this very process writes to its log, never a connection to its port, which somebody else's server may answer.
 */
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { EmbeddedFailure, PortTaken } from './embedded-failures.ts'
import { embeddedLimits } from './embedded-limits.ts'
import { type Program, spawnGuarded } from './guard.ts'
import { lastWordsIn } from './last-words.ts'

export interface Ending {
  /** False when the server ended by itself, or by a hand that is not ours. */
  asked: boolean
  /** A sentence that says how, with the server's last words. */
  how: string
}

export interface ServerProcess {
  pid: number
  /** What the server wrote since it was started. */
  logFile: string
  /** Settles once, when the server is gone. Never rejects. */
  ended: Promise<Ending>
  /** Ends the server in order: it writes what it must. Repeatable. */
  stop(): Promise<void>
  /** Ends the server as a crash would. */
  kill(): Promise<void>
}

export interface ServerPlan {
  name: string
  program: Program
  logFile: string
  readyLine: RegExp
  startMsMax: number
}

export async function startServer(plan: ServerPlan): Promise<ServerProcess> {
  const log = openSync(plan.logFile, 'w', 0o600)
  const child = spawnGuarded(plan.program, log)
  closeSync(log)
  const server = handleOf(plan, child)
  const outcome = await untilReady(plan, server)
  if (outcome === 'ready') return server
  if (outcome === 'late') {
    await server.kill()
    const waited = `${plan.name} was not ready within ${plan.startMsMax / 1000} s.`
    throw new EmbeddedFailure(`${waited}${lastWordsIn(plan.logFile)}`)
  }
  const taken = /Address already in use/.test(readFileSync(plan.logFile, 'utf8'))
  throw new (taken ? PortTaken : EmbeddedFailure)(outcome.how)
}

function handleOf(plan: ServerPlan, child: ChildProcess): ServerProcess {
  let asked = false
  const ended = new Promise<Ending>((resolve) => {
    child.once('error', ({ message }) =>
      resolve({ asked, how: `${plan.name} could not be started: ${message}` }),
    )
    child.once('exit', (code, signal) => {
      const words = asked ? '' : lastWordsIn(plan.logFile)
      resolve({ asked, how: `${plan.name} ended with ${signal ?? `exit code ${code}`}.${words}` })
    })
  })
  return {
    pid: child.pid ?? 0,
    logFile: plan.logFile,
    ended,
    async stop() {
      asked = true
      child.kill(plan.program.stopSignal)
      const impatience = setTimeout(() => child.kill('SIGKILL'), plan.program.stopMsMax)
      await ended
      clearTimeout(impatience)
    },
    async kill() {
      asked = true
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function untilReady(plan: ServerPlan, server: ServerProcess): Promise<'ready' | 'late' | Ending> {
  const deadline = performance.now() + plan.startMsMax
  let ending: Ending | undefined
  void server.ended.then((how) => {
    ending = how
  })
  for (;;) {
    if (plan.readyLine.test(readFileSync(plan.logFile, 'utf8'))) return 'ready'
    if (ending) return ending
    if (performance.now() > deadline) return 'late'
    await pause(embeddedLimits.readyPollMs)
  }
}
