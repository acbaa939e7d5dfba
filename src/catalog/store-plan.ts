/**
 * Stores a plan as a new version of its lineage, or finds that nothing changed. Seats that a version keeps keep their
 * seat_no; new ones get new numbers; the numbers of vanished ones are never given again.
 */
import { hashOf } from '../platform/ids.ts'
import type { Pool } from '../platform/postgres.ts'
import { inTransaction, type Tx } from '../platform/transaction.ts'
import { placeId } from './plan.ts'
import type { PlanDraft, PlanLayout } from './plan-layout.ts'

export interface StorePlan {
  /** Stable name of the lineage: the same key is a new version of the same plan. */
  key: string
  draft: PlanDraft
  venueId?: number | undefined
}

export interface StoredVersion {
  planId: number
  planVersionId: number
  version: number
  seatCount: number
  added: number
  kept: number
  vanished: number
  /** false: this is the newest version already. */
  changed: boolean
}

export function storePlan(pool: Pool, request: StorePlan): Promise<StoredVersion> {
  return inTransaction(pool, (tx) => store(tx, request))
}

async function store(tx: Tx, { key, draft, venueId }: StorePlan): Promise<StoredVersion> {
  // Also locks the lineage, so that two imports of one plan are one after the other.
  const plan = await tx.query<{ id: number }>(
    `INSERT INTO seating_plan AS old (key, name, venue_id) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET name = excluded.name, venue_id = coalesce(excluded.venue_id, old.venue_id)
     RETURNING id`,
    [key, draft.name, venueId ?? null],
  )
  const planId = plan.rows[0]?.id ?? 0
  const registry = await readRegistry(tx, planId)
  const latest = await latestVersion(tx, planId)
  const known = registry.size
  const layout = numbered(draft, registry)
  const used = layout.seats.length + layout.areas.reduce((sum, area) => sum + placesIn(area.places), 0)
  const added = registry.size - known
  const counts = { added, kept: used - added, vanished: known - (used - added), seatCount: registry.size }
  const contentHash = hashOf(layout)
  if (latest?.contentHash === contentHash) {
    return { planId, planVersionId: latest.id, version: latest.version, ...counts, changed: false }
  }
  const fresh = [...registry].slice(known)
  await tx.query(
    'INSERT INTO plan_seat (plan_id, seat_id, seat_no) SELECT $1, * FROM unnest($2::text[], $3::int[])',
    [planId, fresh.map(([seatId]) => seatId), fresh.map(([, seatNo]) => seatNo)],
  )
  const version = (latest?.version ?? 0) + 1
  const { rows } = await tx.query<{ id: number }>(
    `INSERT INTO plan_version (plan_id, version, content_hash, seat_count, layout)
     VALUES ($1, $2, $3, $4, $5) RETURNING id`,
    [planId, version, contentHash, registry.size, JSON.stringify(layout)],
  )
  return { planId, planVersionId: rows[0]?.id ?? 0, version, ...counts, changed: true }
}

/** seat id -> seat_no, ascending. */
async function readRegistry(tx: Tx, planId: number): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ seat_id: string; seat_no: number }>(
    'SELECT seat_id, seat_no FROM plan_seat WHERE plan_id = $1 ORDER BY seat_no',
    [planId],
  )
  return new Map(rows.map((row) => [row.seat_id, row.seat_no]))
}

async function latestVersion(tx: Tx, planId: number) {
  const { rows } = await tx.query<{ id: number; version: number; content_hash: string }>(
    'SELECT id, version, content_hash FROM plan_version WHERE plan_id = $1 ORDER BY version DESC LIMIT 1',
    [planId],
  )
  return rows[0] ? { id: rows[0].id, version: rows[0].version, contentHash: rows[0].content_hash } : null
}

/** Gives every seat and place its number, adding the new ones to the registry. */
function numbered(draft: PlanDraft, registry: Map<string, number>): PlanLayout {
  const numberOf = (seatId: string) => {
    const known = registry.get(seatId)
    if (known !== undefined) return known
    registry.set(seatId, registry.size)
    return registry.size - 1
  }
  const seats = draft.seats.map((seat) => ({ seatNo: numberOf(seat.seatId), ...seat }))
  const areas = draft.areas.map(({ capacity, ...area }) => ({
    ...area,
    places: ranges(Array.from({ length: capacity }, (_, index) => numberOf(placeId(area.key, index + 1)))),
  }))
  return { ...draft, seats: seats.sort((a, b) => a.seatNo - b.seatNo), areas }
}

function ranges(seatNos: number[]): [number, number][] {
  const found: [number, number][] = []
  for (const seatNo of seatNos.sort((a, b) => a - b)) {
    const last = found.at(-1)
    if (last && last[1] === seatNo) last[1] = seatNo + 1
    else found.push([seatNo, seatNo + 1])
  }
  return found
}

const placesIn = (places: [number, number][]) => places.reduce((sum, [from, to]) => sum + to - from, 0)
