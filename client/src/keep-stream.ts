/**
 * Keeps a subscription open: opens it again when it ends, after a pause that suits the reason, and when it has fallen
 * silent for so long that its connection must be dead without anybody having said so.
 */
import { clientLimits as limits } from './limits.ts'
import { reopenPauseMs } from './pauses.ts'
import type { Problem } from './problem.ts'
import type { SeatFrame } from './seat-frame.ts'
import { type Timers, watchSilence } from './timers.ts'

export interface StreamKeeper {
  /** Ends the present pause, if there is one. */
  hurry(): void
  stop(): void
}

export interface Heard {
  frame(frame: SeatFrame): void
  ended(problem: Problem): void
}

export function keepStream(
  open: (frame: (frame: SeatFrame) => void, ended: (problem: Problem) => void) => () => void,
  heard: Heard,
  timers: Timers,
): StreamKeeper {
  let endStream = () => {}
  let cancelPause: (() => void) | null = null

  function connect(attempt: number): void {
    const openedAtMs = timers.nowMs()
    let spoke = false
    let over = false
    let close = () => {}
    const silence = watchSilence(timers, limits.deafMs, () => end(deaf))
    const leave = () => {
      over = true
      silence.stop()
      close()
    }
    const end = (problem: Problem) => {
      if (over) return
      leave()
      // A server that accepts and soon closes must not be asked again and again at once.
      const steady = spoke && timers.nowMs() - openedAtMs >= limits.steadyMs
      pause(problem, steady ? 0 : attempt)
      heard.ended(problem)
    }
    endStream = leave
    close = open((frame) => {
      if (over) return
      spoke = true
      silence.heard()
      heard.frame(frame)
    }, end)
    // It ended before there was a way to end it.
    if (over) close()
  }

  function pause(problem: Problem, attempt: number): void {
    cancelPause = timers.after(reopenPauseMs(problem, attempt, timers.random()), () => {
      cancelPause = null
      connect(attempt + 1)
    })
  }

  connect(0)
  return {
    hurry() {
      if (!cancelPause) return
      cancelPause()
      cancelPause = null
      connect(0)
    },
    stop() {
      cancelPause?.()
      cancelPause = null
      endStream()
    },
  }
}

const deaf: Problem = {
  code: null,
  message: `Nothing was heard for ${limits.deafMs / 1000} s.`,
  retryAfterMs: null,
}
