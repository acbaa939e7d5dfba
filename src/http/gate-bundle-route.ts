/** The bundle of a show as plain HTTP: what a device at the gate fetches while it has network. For the people at gates. */
import type { FastifyInstance } from 'fastify'
import { GateShowNotFound } from '../gate/index.ts'
import { type GraphqlDeps, readNumberedId } from '../graphql/index.ts'
import { hasRole, type Viewer, worksForTheHouse } from '../identity/index.ts'
import { callerOf } from './caller.ts'
import { beforeDeadline } from './deadline.ts'
import { sendError } from './error-answers.ts'

export interface GateBundleDeps {
  gate: Pick<GraphqlDeps['gate'], 'bundle'>
  rateLimiter: GraphqlDeps['rateLimiter']
  authenticate(authorization: string | undefined): Promise<Viewer>
  requestDeadlineMs: number
}

const contentType = 'application/vnd.rowlock.gate-bundle'
const notAllowed = {
  status: 403,
  code: 'NOT_ALLOWED',
  message: 'Only the people at the gate get its bundle.',
}
const noSuchShow = { status: 404, code: 'SHOW_NOT_FOUND', message: 'There is no such show.' }

export function serveGateBundles(app: FastifyInstance, deps: GateBundleDeps): void {
  app.get<{ Params: { showId: string } }>('/v1/shows/:showId/gate-bundle', async (request, reply) => {
    const viewer = await callerOf(request, reply, deps)
    if (!viewer) return reply
    if (viewer.buyerId === null || !(hasRole(viewer, 'gate') || worksForTheHouse(viewer))) {
      return sendError(request, reply, notAllowed)
    }
    const refused = await deps.rateLimiter.consume('gate_sync', viewer.buyerId)
    if (refused) {
      const message = 'Too many bundles. A device needs a new one every few minutes.'
      return sendError(request, reply, { status: 429, code: 'RATE_LIMITED', message, ...refused })
    }
    const showId = readNumberedId('Show', request.params.showId)
    const bytes = await beforeDeadline(bundleOf(deps, showId), deps.requestDeadlineMs)
    if (!bytes) return sendError(request, reply, noSuchShow)
    // It holds keys, and it is new each time.
    return reply.header('cache-control', 'no-store').type(contentType).send(bytes)
  })
}

async function bundleOf({ gate }: GateBundleDeps, showId: number): Promise<Buffer | null> {
  try {
    return await gate.bundle(showId)
  } catch (error) {
    if (error instanceof GateShowNotFound) return null
    throw error
  }
}
