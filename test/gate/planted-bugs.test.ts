/** The tests of the gate notice when what keeps its promise is taken away. */
import { expect, test } from 'vitest'
import { gateWorld, outcomeOf } from './gate-world.ts'

test('without the primary key of turns, several gates let in one ticket', async () => {
  const world = await gateWorld()
  try {
    await world.pool.query('ALTER TABLE gate_scan DROP CONSTRAINT gate_scan_pkey')
    const { showId, codes } = await world.showWithCodes(5)
    const outcomes = await Promise.all(
      codes.flatMap((code) =>
        Array.from({ length: 10 }, (_, at) => outcomeOf(world.scan(showId, code, { device: `phone-${at}` }))),
      ),
    )
    expect(outcomes.filter((outcome) => outcome === 'let in').length).toBeGreaterThan(5)
    expect(await world.conflicts(showId)).not.toEqual([])
  } finally {
    await world.close()
  }
})
