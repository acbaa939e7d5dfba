/** The audit that operators run, over everything that a test has done: rows, ledgers, and what the gateway says. */
import { expect } from 'vitest'
import { runAudit } from '../../src/operate/index.ts'
import type { PaymentGateway } from '../../src/payment/index.ts'
import type { OpenedSeating } from '../seating/seating-world.ts'

export async function realAudit({ pool, seating }: OpenedSeating, gateway: PaymentGateway) {
  const { findings, unjudged, judged } = await runAudit({
    ...{ pool, ledgers: seating, gateway, nowMs: () => performance.now() },
    limits: { stillMs: 0 },
  })
  expect({ findings, unjudged, waitForPerson: judged.waitForPerson }).toEqual({
    ...{ findings: [], unjudged: [], waitForPerson: 0 },
  })
  return judged
}
