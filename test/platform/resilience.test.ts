/** Breakers and retries: what counts, when they open, and that they close again. */
import { expect, test } from 'vitest'
import { Outage, Refusal } from '../../src/platform/failures.ts'
import { openBreaker, withRetries } from '../../src/platform/resilience.ts'
import { until } from '../seating/seating-world.ts'

class Away extends Outage {
  readonly code = 'AWAY'
}
class No extends Refusal {
  readonly code = 'NO'
}
class Shut extends Error {}

const away = () => Promise.reject(new Away('away', 10))
const shut = () => new Shut()
const limits = { failedShare: 0.5, windowMs: 1_000, callsPerSecondMin: 1, openMs: 100 }

test('half of the calls fail: it opens, calls nobody, lets one through after a while, and closes', async () => {
  const moves: boolean[] = []
  const breaker = openBreaker({ name: 'test', limits, onMoved: (isOpen) => void moves.push(isOpen) })
  let calls = 0
  const failing = () => {
    calls += 1
    return away()
  }
  await until('it to open', async () => {
    await breaker.run(failing, shut).catch(() => {})
    return breaker.isOpen
  })
  const before = calls
  await expect(breaker.run(failing, shut)).rejects.toBeInstanceOf(Shut)
  expect(calls).toBe(before)
  await until('it to close', async () => {
    await breaker.run(async () => 'here', shut).catch(() => {})
    return !breaker.isOpen && moves.length === 2
  })
  expect(moves).toEqual([true, false])
})

test('refusals and faults are answers: they never open it', async () => {
  const breaker = openBreaker({ name: 'test', limits })
  for (let call = 0; call < 100; call++) {
    await breaker.run(() => Promise.reject(new No('no')), shut).catch(() => {})
    await breaker.run(() => Promise.reject(new TypeError('a bug')), shut).catch(() => {})
  }
  expect(breaker.isOpen).toBe(false)
})

test('outages are tried again as often as there are pauses, refusals and faults never', async () => {
  const tries = async (fail: () => Promise<never>) => {
    let count = 0
    await withRetries([1, 1], () => {
      count += 1
      return fail()
    }).catch(() => {})
    return count
  }
  expect(await tries(away)).toBe(3)
  expect(await tries(() => Promise.reject(new No('no')))).toBe(1)
  expect(await tries(() => Promise.reject(new TypeError('a bug')))).toBe(1)
})

test('what works in the end is the answer', async () => {
  let count = 0
  expect(await withRetries([1, 1], async () => (++count < 3 ? await away() : 'here'))).toBe('here')
})
