/** Kills around an arrow, lets a survivor carry on, and holds the money against the tickets. */
import { expect } from 'vitest'
import type { Stage } from './arrow-stage.ts'
import type { Arrow } from './arrows.ts'

export async function killAtArrow(stage: Stage, arrow: Arrow, when: 'before' | 'after'): Promise<void> {
  const { showId, id: known, deed, again, aim } = await arrow.scene(stage)
  await stage.killed({ aim: { ...aim, when }, ...deed })
  if (known) await stage.timePasses(known)
  await again?.()
  const id = known ?? (await stage.bookingOf(showId)) ?? ''
  expect(await stage.heal(showId, id)).toBe(arrow[when])
  expect(await stage.charges(id)).toBeLessThanOrEqual(1)
}
