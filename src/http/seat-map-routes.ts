/**
 * The seat map as plain HTTP: the layout of a plan, which never changes and may be kept for ever, and a show's
 * statuses, encoded once per change. What GraphQL's `seatMap` says is the same.
 */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Catalog } from '../catalog/index.ts'
import { printId, readNumberedId, type SeatingDoor } from '../graphql/index.ts'
import type { Clock } from '../platform/clock.ts'
import { packedStatuses, type SeatMapSnapshot, ShowNotOnSale } from '../seating/index.ts'
import { beforeDeadline } from './deadline.ts'
import { EncodedBody, sendEncoded } from './encoded.ts'
import { sendError } from './error-answers.ts'
import { httpLimits } from './http-limits.ts'

const noSuchShow = {
  status: 404,
  code: 'SHOW_NOT_FOUND',
  message: 'There is no such show, or it is not sold by seat.',
}
const noSuchPlan = {
  status: 404,
  code: 'PLAN_NOT_FOUND',
  message: 'There is no plan with this content hash.',
}

export interface SeatMapDeps {
  catalog: Pick<Catalog, 'findShows' | 'findPlanByHash'>
  seating: Pick<SeatingDoor, 'readMap'>
  clock: Clock
  requestDeadlineMs: number
}

export function serveSeatMaps(app: FastifyInstance, deps: SeatMapDeps): void {
  const plans = new Map<string, EncodedBody>()
  const maps = new WeakMap<SeatMapSnapshot, EncodedBody>()
  const inTime = <T>(answer: Promise<T>) => beforeDeadline(answer, deps.requestDeadlineMs)
  const showPlans = new Map<number, { planVersionId: Promise<number | null>; untilMs: number }>()

  app.get<{ Params: { hash: string } }>('/v1/plans/:hash', async (request, reply) => {
    const { hash } = request.params
    const body = /^[0-9a-f]{16,128}$/.test(hash) ? await inTime(planBody(hash)) : null
    if (!body) return sendError(request, reply, noSuchPlan)
    return sendEncoded(request, reply, body, 'public, max-age=31536000, immutable')
  })

  app.get<{ Params: { showId: string } }>('/v1/shows/:showId/seats', async (request, reply) => {
    const body = await inTime(mapBody(readNumberedId('Show', request.params.showId)))
    if (!body) return sendError(request, reply, noSuchShow)
    return sendEncoded(request, reply, body, 'no-cache')
  })

  /** Only plans that exist are kept, so that made-up hashes push nothing out. */
  async function planBody(hash: string): Promise<EncodedBody | null> {
    const known = plans.get(hash)
    if (known) {
      // The map keeps the order of use: its first entry is the one unused for longest.
      plans.delete(hash)
      plans.set(hash, known)
      return known
    }
    const plan = await deps.catalog.findPlanByHash(hash)
    if (!plan) return null
    const body = plans.get(hash) ?? new EncodedBody(JSON.stringify(plan.layout), hash, 9)
    plans.set(hash, body)
    const [oldest] = plans.keys()
    if (plans.size > httpLimits.encodedPlansMax && oldest !== undefined) plans.delete(oldest)
    return body
  }

  /** Remembered for a moment, so that a crowd of viewers is one question to PostgreSQL. */
  function planVersionOf(showId: number): Promise<number | null> {
    const known = showPlans.get(showId)
    if (known && known.untilMs > deps.clock.nowMs()) return known.planVersionId
    if (showPlans.size >= httpLimits.showPlansMax) showPlans.clear()
    const planVersionId = deps.catalog.findShows([showId]).then(([show]) => show?.planVersionId ?? null)
    showPlans.set(showId, { planVersionId, untilMs: deps.clock.nowMs() + httpLimits.showPlanMsMax })
    planVersionId.catch(() => showPlans.delete(showId))
    return planVersionId
  }

  async function mapBody(showId: number): Promise<EncodedBody | null> {
    const planVersionId = await planVersionOf(showId)
    if (planVersionId === null) return null
    let map: SeatMapSnapshot
    try {
      map = await deps.seating.readMap(showId)
    } catch (error) {
      if (error instanceof ShowNotOnSale) return null
      throw error
    }
    let body = maps.get(map)
    if (!body) {
      body = encodeMap(map, planVersionId)
      maps.set(map, body)
    }
    return body
  }
}

function encodeMap(map: SeatMapSnapshot, planVersionId: number): EncodedBody {
  const { showId, epoch, seq, stale } = map
  const text = JSON.stringify({
    showId: printId('Show', showId),
    epoch,
    seq,
    stale,
    planVersion: printId('PlanVersion', planVersionId),
    statuses: packedStatuses(map),
  })
  // A stale map has no position of its own, so its content names it.
  const etag = stale ? `${showId}-${epoch}-stale-${hashText(map.statuses)}` : `${showId}-${epoch}-${seq}`
  return new EncodedBody(text, etag, 4)
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}
