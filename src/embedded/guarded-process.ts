/**
 * A daemon that never outlives us. A small shell holds one end of a pipe whose other end is ours: when we end, in
 * whatever way, the pipe closes and the shell stops the daemon. The daemon has a session of its own, so Ctrl-C in a
 * terminal reaches us and not it, and we can close things in order.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface GuardedProcess {
  /** The daemon's own pid. */
  pid: number
  /** Resolves when the daemon has ended, for whatever reason. */
  ended: Promise<{ code: number | null }>
  hasEnded(): boolean
  stop(): Promise<void>
  /** kill -9, for fault tests. */
  kill(): Promise<void>
}

export interface GuardedProcessOptions {
  command: string
  args: string[]
  /** Sent when we stop it or are gone. */
  stopSignal: 'TERM' | 'INT'
  /** Everything the daemon prints is appended here. */
  logFile: string
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** Run as this user; only root may ask for it. */
  user?: { uid: number; gid: number } | undefined
}

// fd 3 is our pipe: a background job's own stdin would be /dev/null.
const guardScript = `
exec 3<&0
signal=$1; log=$2; shift 2
"$@" 3<&- >>"$log" 2>&1 </dev/null & daemon=$!
echo "$daemon"
{ cat <&3; kill -"$signal" "$daemon"; } >/dev/null 2>&1 & watch=$!
wait "$daemon"; code=$?
kill "$watch" 2>/dev/null
exit "$code"
`

export async function startGuarded(options: GuardedProcessOptions): Promise<GuardedProcess> {
  const { command, args, stopSignal, logFile, user } = options
  const shell = spawn('/bin/sh', ['-c', guardScript, 'guard', stopSignal, logFile, command, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    ...(options.env && { env: options.env }),
    ...(options.cwd && { cwd: options.cwd }),
    ...(user && { uid: user.uid, gid: user.gid }),
  })
  shell.stdin.on('error', () => {})
  let finished = false
  const ended = once(shell, 'exit').then(([code]) => {
    finished = true
    shell.stdin.end()
    return { code: code as number | null }
  })
  const firstLine = once(createInterface(shell.stdout), 'line') as Promise<[string]>
  const pid = await Promise.race([
    firstLine.then(([line]) => Number(line)),
    ended.then(({ code }) => {
      throw new Error(`${command} could not be started (exit code ${code}); its output is in ${logFile}`)
    }),
  ])
  return {
    pid,
    ended,
    hasEnded: () => finished,
    async stop() {
      shell.stdin.end()
      await ended
    },
    async kill() {
      if (!finished) process.kill(pid, 'SIGKILL')
      await ended
    },
  }
}
