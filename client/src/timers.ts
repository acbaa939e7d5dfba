/** The clock, the timers and the randomness of a map. Tests bring their own. */
export interface Timers {
  /** Milliseconds that only go forward, on the scale of `performance.now()`. */
  nowMs(): number
  /** At least 0, less than 1. */
  random(): number
  /** Runs `action` later and returns how to call it off. */
  after(delayMs: number, action: () => void): () => void
}

export const systemTimers: Timers = {
  nowMs: () => performance.now(),
  random: () => Math.random(),
  after(delayMs, action) {
    const id = setTimeout(action, delayMs)
    return () => clearTimeout(id)
  },
}

export interface SilenceWatch {
  heard(): void
  stop(): void
}

/** Calls `fell` when nothing was heard for `limitMs`, once for each silence. One timer, however much is heard. */
export function watchSilence(timers: Timers, limitMs: number, fell: () => void): SilenceWatch {
  let heardAtMs = timers.nowMs()
  let cancel: (() => void) | null = null

  function arm(delayMs: number): void {
    cancel = timers.after(delayMs, () => {
      cancel = null
      const leftMs = heardAtMs + limitMs - timers.nowMs()
      if (leftMs > 0) arm(leftMs)
      else fell()
    })
  }

  arm(limitMs)
  return {
    heard() {
      heardAtMs = timers.nowMs()
      if (!cancel) arm(limitMs)
    },
    stop: () => cancel?.(),
  }
}
