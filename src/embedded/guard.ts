/**
 * Starts a program that cannot outlive this process. A small shell forks a watcher, which reads from a pipe whose
 * other end only this process holds, and then becomes the program itself. However this process ends, SIGKILL
 * included, the pipe closes and the watcher ends the program: politely first, then for certain.
 *
 * The program is detached from the terminal, whose Ctrl-C therefore reaches this process alone, which closes in order.
 */
import { type ChildProcess, spawn } from 'node:child_process'

export interface ProgramOwner {
  uid: number
  gid: number
}

export interface Program {
  command: string
  args: string[]
  env?: Record<string, string>
  owner?: ProgramOwner | undefined
  /** Receives the program's process id, before the program runs. */
  pidFile: string
  stopSignal: 'SIGINT' | 'SIGTERM'
  /** How long the program may take to end after that signal; then it is killed. */
  stopMsMax: number
}

// A whole line on the pipe means that the program is gone and the watcher may leave; the end of the pipe means
// that our side is gone. The watcher is forked twice, so that the program never finds a child it did not start.
const script = `
pidFile=$1 stop=$2 tenths=$3
shift 3
echo $$ > "$pidFile" || exit 1
exec 3<&0 < /dev/null
( (
  read -r farewell <&3 && exit
  kill -s "$stop" $$
  while [ "$tenths" -gt 0 ] && kill -0 $$; do sleep 0.1; tenths=$((tenths - 1)); done
  kill -0 $$ && kill -s KILL $$
) > /dev/null 2>&1 & )
exec 3<&-
exec "$@"
`

/** What the program prints goes to the open file `output`. */
export function spawnGuarded(program: Program, output: number): ChildProcess {
  const tenths = String(Math.ceil(program.stopMsMax / 100))
  const stop = program.stopSignal.slice('SIG'.length)
  const child = spawn(
    '/bin/sh',
    ['-c', script, 'sh', program.pidFile, stop, tenths, program.command, ...program.args],
    {
      cwd: '/',
      detached: true,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', ...program.env },
      stdio: ['pipe', output, output],
      ...program.owner,
    },
  )
  // The watcher may have left already; its end of the pipe is then closed.
  child.stdin?.on('error', () => {})
  child.once('exit', () => child.stdin?.end('farewell\n'))
  return child
}
