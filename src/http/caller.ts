/** Who calls a route outside of GraphQL, by the Authorization header. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Viewer } from '../identity/index.ts'
import { Refusal } from '../platform/failures.ts'
import { sendError } from './error-answers.ts'

/** Null: the token is no good, and the answer that says so is on its way. */
export async function callerOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { authenticate }: { authenticate(authorization: string | undefined): Promise<Viewer> },
): Promise<Viewer | null> {
  try {
    return await authenticate(request.headers.authorization)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    void reply.header('www-authenticate', 'Bearer')
    sendError(request, reply, { status: 401, code: error.code, message: error.message })
    return null
  }
}
