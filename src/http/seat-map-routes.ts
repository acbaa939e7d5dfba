/**
 * The seat map as plain HTTP: the layout of a plan, which never changes and may be kept for ever, and a show's
 * statuses, encoded once per change. What GraphQL's `seatMap` says is the same.
 */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Catalog } from '../catalog/index.ts'
import { printId, readNumberedId, type SeatingDoor } from '../graphql/index.ts'
import { packedStatuses, type SeatMapSnapshot, ShowNotOnSale } from '../seating/index.ts'
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

export function serveSeatMaps(app: FastifyInstance, deps: { catalog: Catalog; seating: SeatingDoor }): void {
  const plans = new Map<string, Promise<EncodedBody | null>>()
  const maps = new WeakMap<SeatMapSnapshot, EncodedBody>()

  app.get<{ Params: { hash: string } }>('/v1/plans/:hash', async (request, reply) => {
    const { hash } = request.params
    const body = /^[0-9a-f]{16,128}$/.test(hash) ? await planBody(hash) : null
    if (!body) return sendError(request, reply, noSuchPlan)
    return sendEncoded(request, reply, body, 'public, max-age=31536000, immutable')
  })

  app.get<{ Params: { showId: string } }>('/v1/shows/:showId/seats', async (request, reply) => {
    const body = await mapBody(readNumberedId('Show', request.params.showId))
    if (!body) return sendError(request, reply, noSuchShow)
    return sendEncoded(request, reply, body, 'no-cache')
  })

  function planBody(hash: string): Promise<EncodedBody | null> {
    const known = plans.get(hash)
    if (known) {
      // The map keeps the order of use: the first entry is the one unused for longest.
      plans.delete(hash)
      plans.set(hash, known)
      return known
    }
    const body = encodePlan(hash)
    plans.set(hash, body)
    const forget = () => plans.get(hash) === body && plans.delete(hash)
    body.then((found) => found ?? forget(), forget)
    const [oldest] = plans.keys()
    if (plans.size > httpLimits.encodedPlansMax && oldest !== undefined) plans.delete(oldest)
    return body
  }

  async function encodePlan(hash: string): Promise<EncodedBody | null> {
    const plan = await deps.catalog.findPlanByHash(hash)
    return plan && new EncodedBody(JSON.stringify(plan.layout), hash, 9)
  }

  async function mapBody(showId: number): Promise<EncodedBody | null> {
    const [show] = await deps.catalog.findShows([showId])
    if (show?.planVersionId == null) return null
    let map: SeatMapSnapshot
    try {
      map = await deps.seating.readMap(showId)
    } catch (error) {
      if (error instanceof ShowNotOnSale) return null
      throw error
    }
    let body = maps.get(map)
    if (!body) {
      body = encodeMap(map, show.planVersionId)
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
