/**
 * Makes the bundle of a show. It holds no list of the tickets that may enter: a genuine signature says that, also of one
 * sold at the door a minute ago. It holds what a signature cannot say: which tickets are void, which codes were replaced,
 * and who has gone in. Nothing in it is about a person.
 */
import type { Plan } from '../catalog/index.ts'
import { type GateBundle, packBundle, shortId } from './bundle-format.ts'
import { followScans } from './follow-scans.ts'
import { readShow, type ShowAtGate } from './gate-policy.ts'
import { GateShowNotFound } from './refusals.ts'
import type { Room } from './room.ts'
import { type ScanRow, standingScans } from './scan-rows.ts'

export type BundleMaker = (showId: number) => Promise<Buffer>

/** Devices that ask at about the same time get the same bytes. */
export function bundleMaker(room: Room): BundleMaker {
  const { limits, clock } = room
  const made = new Map<number, { bytes: Promise<Buffer>; untilMs: number }>()
  return (showId) => {
    const known = made.get(showId)
    if (known && clock.nowMs() < known.untilMs) return known.bytes
    made.delete(showId)
    const bytes = makeBundle(room, showId)
    made.set(showId, { bytes, untilMs: clock.nowMs() + limits.bundleMsMax })
    bytes.catch(() => made.delete(showId))
    const [oldest] = made.keys()
    if (made.size > limits.bundlesKeptMax && oldest !== undefined) made.delete(oldest)
    return bytes
  }
}

async function makeBundle(room: Room, showId: number): Promise<Buffer> {
  const { pool, limits, catalog, ticketing, clock } = room
  const show = await readShow(pool, limits, showId)
  if (!show) throw new GateShowNotFound()
  const sign = (message: Uint8Array) => ticketing.signForGates(message)
  // Signing makes the first key where there is none, so it comes before the keys are read.
  await sign(new Uint8Array())
  const madeAt = clock.now()
  const [[plan], keys, exceptions, entered] = await Promise.all([
    show.planVersionId === null ? [] : catalog.findPlans([show.planVersionId]),
    ticketing.gateKeys(),
    readExceptions(room, showId),
    readEntered(room, show),
  ])
  const { id, title, venue, timeZone, startsAt, policy } = show
  const bundle: GateBundle = {
    version: 1,
    show: { id, title, venue, timeZone, startsAt: startsAt.toISOString() },
    madeAt: madeAt.toISOString(),
    opensAt: show.opensAt.toISOString(),
    closesAt: show.closesAt.toISOString(),
    isCancelled: show.isCancelled,
    reEntry: policy.reEntry,
    gates: policy.gates,
    zones: plan?.layout.zones.map(({ key, name }) => ({ key, name })) ?? [],
    seats: plan ? seatsOf(plan) : [],
    keys,
    ...exceptions,
    entered,
  }
  return packBundle(bundle, sign)
}

function seatsOf({ layout, seatCount, seatOf, areaOf }: Plan): GateBundle['seats'] {
  const zones = new Map(layout.zones.map(({ key }, at) => [key, at]))
  return Array.from({ length: seatCount }, (_, seatNo) => {
    const seat = seatOf(seatNo)
    if (seat) return [zones.get(seat.zone) ?? -1, seat.row, seat.number]
    const area = areaOf(seatNo)
    return area ? [zones.get(area.zone) ?? -1, area.name] : null
  })
}

/** A ticket whose code was never made cannot be shown, so it needs no mention. */
async function readExceptions(
  { pool }: Room,
  showId: number,
): Promise<Pick<GateBundle, 'void' | 'replaced'>> {
  const { rows } = await pool.query<{ id: string; state: string; generation: number }>(
    `SELECT id, state, code_generation AS generation FROM ticket
      WHERE show_id = $1 AND (code_generation > 1 OR state = 'void' AND code_key_id IS NOT NULL) ORDER BY id`,
    [showId],
  )
  return {
    void: rows.filter(({ state }) => state === 'void').map(({ id }) => shortId(id)),
    replaced: rows
      .filter(({ state }) => state === 'valid')
      .map(({ id, generation }) => [shortId(id), generation]),
  }
}

async function readEntered({ pool }: Room, show: ShowAtGate): Promise<GateBundle['entered']> {
  const { rows } = await pool.query<ScanRow>(
    `SELECT ticket_id AS "ticketId", id, move, undoes, gate, device, nonce, scanned_at AS "scannedAt"
       FROM gate_scan WHERE show_id = $1 ORDER BY ticket_id, turn`,
    [show.id],
  )
  return [...Map.groupBy(rows, ({ ticketId }) => ticketId)].flatMap(([ticketId, scans]) => {
    const { entry, isInside } = followScans(standingScans(scans), show.policy)
    if (!entry) return []
    return [[shortId(ticketId), Math.floor(entry.scannedAtMs / 1000), entry.gate, isInside ? 1 : 0]]
  })
}
