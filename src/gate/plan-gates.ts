/** How the organiser wants the gates of a show to work. Checked whole, stored whole. */
import { type GatePolicy, readShow, type ShowAtGate, storePolicy } from './gate-policy.ts'
import { BadGatePlan, GateShowNotFound } from './refusals.ts'
import type { Room } from './room.ts'
import { checkGate } from './scan-input.ts'

export async function planGates(room: Room, showId: number, policy: GatePolicy): Promise<ShowAtGate> {
  const { pool, limits, catalog } = room
  const show = await readShow(pool, limits, showId)
  if (!show) throw new GateShowNotFound()
  checkMinutes('opensBeforeMinutes', policy.opensBeforeMinutes, limits.opensBeforeMinutesMax)
  checkMinutes('closesAfterMinutes', policy.closesAfterMinutes, limits.closesAfterMinutesMax)
  const { gates } = policy
  if (gates.length > limits.gatesMax) throw new BadGatePlan(`A show has at most ${limits.gatesMax} gates.`)
  for (const { name } of gates) checkGate(name, limits)
  if (new Set(gates.map(({ name }) => name)).size < gates.length) {
    throw new BadGatePlan('Each gate needs a name of its own.')
  }
  const [plan] = show.planVersionId === null ? [] : await catalog.findPlans([show.planVersionId])
  const zones = plan?.layout.zones.map(({ key }) => key) ?? []
  const unknown = gates.flatMap((gate) => gate.zones).filter((zone) => !zones.includes(zone))
  if (unknown.length > 0) {
    throw new BadGatePlan(
      `The plan of this show has no zone ${quoted(unknown)}. It has: ${zones.join(', ') || 'none'}.`,
    )
  }
  await storePolicy(pool, showId, policy)
  return (await readShow(pool, limits, showId)) ?? show
}

function checkMinutes(name: string, minutes: number, max: number): void {
  if (Number.isInteger(minutes) && minutes >= 0 && minutes <= max) return
  throw new BadGatePlan(`${name} is a number of minutes from 0 to ${max}.`)
}

const shownMax = 5
const quoted = (names: readonly string[]) =>
  [...new Set(names)]
    .slice(0, shownMax)
    .map((name) => JSON.stringify(name.slice(0, 40)))
    .join(', ')
