/**
 * How the gate works at a show: when it is open, whether one may come in again, and which gates let in which zones. A
 * show that says nothing has what the house does. A show that lists gates is entered by those only; a gate that lists
 * zones lets in their seats only.
 */
import { z } from 'zod'
import type { Pool } from '../platform/postgres.ts'
import type { GateLimits } from './gate-limits.ts'

export interface ListedGate {
  name: string
  /** Keys of zones of the plan; empty: all. */
  zones: string[]
}

export interface GatePolicy {
  reEntry: boolean
  opensBeforeMinutes: number
  closesAfterMinutes: number
  /** Empty: any gate lets in every seat. */
  gates: ListedGate[]
}

export interface ShowAtGate {
  id: number
  title: string
  venue: string
  timeZone: string
  startsAt: Date
  opensAt: Date
  closesAt: Date
  isCancelled: boolean
  planVersionId: number | null
  policy: GatePolicy
}

const storedGates = z.array(z.object({ name: z.string(), zones: z.array(z.string()) }))

interface Row {
  id: number
  title: string
  venue: string
  timeZone: string
  startsAt: Date
  isCancelled: boolean
  planVersionId: number | null
  reEntry: boolean | null
  opensBeforeMinutes: number | null
  closesAfterMinutes: number | null
  gates: unknown
}

const selectShow = `
  SELECT s.id, e.title, v.name AS venue, v.time_zone AS "timeZone", s.starts_at AS "startsAt",
         coalesce(l.status = 'cancelled', false) AS "isCancelled", s.plan_version_id AS "planVersionId",
         g.re_entry AS "reEntry", g.opens_before_minutes AS "opensBeforeMinutes",
         g.closes_after_minutes AS "closesAfterMinutes", g.gates
    FROM show s JOIN event e ON e.id = s.event_id JOIN venue v ON v.id = s.venue_id
    LEFT JOIN show_gate g ON g.show_id = s.id LEFT JOIN show_ledger l ON l.show_id = s.id`

export async function readShow(pool: Pool, limits: GateLimits, showId: number): Promise<ShowAtGate | null> {
  const { rows } = await pool.query<Row>({
    name: 'show_at_gate',
    text: `${selectShow} WHERE s.id = $1`,
    values: [showId],
  })
  const [row] = rows
  return row ? showOf(row, limits) : null
}

/** The shows that a gate can choose from: the latest that began, and the next ones. */
export async function readShows(pool: Pool, limits: GateLimits, now: Date): Promise<ShowAtGate[]> {
  const { rows } = await pool.query<Row>(
    `${selectShow} WHERE s.starts_at > $1 AND l.show_id IS NOT NULL ORDER BY s.starts_at, s.id LIMIT $2`,
    [new Date(now.getTime() - limits.showsPastMs), limits.showsMax],
  )
  return rows.map((row) => showOf(row, limits))
}

export async function storePolicy(pool: Pool, showId: number, policy: GatePolicy): Promise<void> {
  await pool.query(
    `INSERT INTO show_gate (show_id, re_entry, opens_before_minutes, closes_after_minutes, gates)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (show_id) DO UPDATE
       SET re_entry = excluded.re_entry, opens_before_minutes = excluded.opens_before_minutes,
           closes_after_minutes = excluded.closes_after_minutes, gates = excluded.gates`,
    [
      ...[showId, policy.reEntry, policy.opensBeforeMinutes, policy.closesAfterMinutes],
      JSON.stringify(policy.gates),
    ],
  )
}

function showOf(row: Row, limits: GateLimits): ShowAtGate {
  const { reEntry, opensBeforeMinutes, closesAfterMinutes, gates, ...show } = row
  const policy: GatePolicy = {
    reEntry: reEntry ?? false,
    opensBeforeMinutes: opensBeforeMinutes ?? limits.opensBeforeMinutes,
    closesAfterMinutes: closesAfterMinutes ?? limits.closesAfterMinutes,
    gates: storedGates.parse(gates ?? []),
  }
  const startMs = show.startsAt.getTime()
  return {
    ...show,
    policy,
    opensAt: new Date(startMs - policy.opensBeforeMinutes * 60_000),
    closesAt: new Date(startMs + policy.closesAfterMinutes * 60_000),
  }
}
