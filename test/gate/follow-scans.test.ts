/** What a ticket's scans mean: the same for every order, and nothing is lost between entries, duplicates and exits. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { followScans, type Scan } from '../../src/gate/follow-scans.ts'

const scans = fc
  .array(
    fc.record({
      move: fc.constantFrom('in' as const, 'out' as const),
      device: fc.constantFrom('a', 'b', 'c'),
      scannedAtMs: fc.nat({ max: 6 }),
    }),
    { maxLength: 12 },
  )
  .map((made) => made.map((scan, at): Scan => ({ ...scan, id: `${at}`, gate: 'N', nonce: `n${at}` })))

test('every order gives the same answer', () => {
  const shuffled = scans.chain((made) =>
    fc.tuple(fc.constant(made), fc.shuffledSubarray(made, { minLength: made.length })),
  )
  fc.assert(
    fc.property(shuffled, fc.boolean(), ([made, other], reEntry) => {
      expect(followScans(other, { reEntry })).toEqual(followScans(made, { reEntry }))
    }),
    { numRuns: 3_000 },
  )
})

test('every scan is an entry, an exit, or a problem, and without re-entry there is one entry at most', () => {
  fc.assert(
    fc.property(scans, fc.boolean(), (made, reEntry) => {
      const { entry, isInside, problems } = followScans(made, { reEntry })
      const duplicates = problems.filter(({ kind }) => kind === 'duplicate').length
      const ins = made.filter(({ move }) => move === 'in').length
      expect(entry === null).toBe(ins === 0)
      if (!reEntry) expect(ins - duplicates).toBe(Math.min(1, ins))
      const exits = made.length - ins - problems.filter(({ kind }) => kind === 'exit_without_entry').length
      if (reEntry) expect(ins - duplicates - exits).toBe(isInside ? 1 : 0)
      for (const problem of problems) {
        if (problem.kind === 'duplicate') {
          expect(problem.entry.scannedAtMs).toBeLessThanOrEqual(problem.scan.scannedAtMs)
        }
      }
    }),
    { numRuns: 3_000 },
  )
})

test('the first in is the earliest; of two at the same time the one whose device comes first', () => {
  const scan = (device: string, scannedAtMs: number): Scan => ({
    ...{ id: device, gate: 'N', nonce: 'n', move: 'in', device, scannedAtMs },
  })
  const { entry, problems } = followScans([scan('c', 1), scan('b', 1), scan('a', 2)], { reEntry: false })
  expect(entry?.device).toBe('b')
  expect(problems.map(({ scan }) => scan.device)).toEqual(['c', 'a'])
})
