/** Runs a task again and again with a pause in between, never twice at once, until stopped. */
export interface Loop {
  /** Ends the loop after the round that is running. */
  stop(): Promise<void>
}

export function startLoop(
  everyMs: number,
  round: () => Promise<void>,
  onFailure: (error: unknown) => void,
): Loop {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  const schedule = () => {
    if (stopped) return
    // Jitter keeps processes that started together from working in step.
    timer = setTimeout(run, everyMs * (0.8 + Math.random() * 0.4))
    timer.unref()
  }
  const run = () => {
    running = round().catch(onFailure).finally(schedule)
  }
  schedule()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
