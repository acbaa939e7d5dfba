/** Which gates let in which seats. Knows no platform, so that a gate's page can use it as it is. */
import type { ListedGate } from './gate-policy.ts'

/** `zone` is null for a seat that the plan does not have: only gates for every zone let it in. */
export function gatesOfZone(gates: readonly ListedGate[], zone: string | null): string[] {
  return gates
    .filter(({ zones }) => zones.length === 0 || (zone !== null && zones.includes(zone)))
    .map(({ name }) => name)
}

interface ZonedPlan {
  seatOf(seatNo: number): { zone: string } | undefined
  areaOf(seatNo: number): { zone: string } | undefined
}

export function zoneIn(plan: ZonedPlan, seatNo: number): string | null {
  return (plan.seatOf(seatNo) ?? plan.areaOf(seatNo))?.zone ?? null
}
