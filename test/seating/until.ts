import { setTimeout as pause } from 'node:timers/promises'

/** Waits for a condition, with a deadline. */
export async function until(
  what: string,
  condition: () => Promise<boolean>,
  deadlineMs = 30_000,
): Promise<void> {
  const end = performance.now() + deadlineMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited ${deadlineMs} ms in vain: ${what}`)
    await pause(10)
  }
}
