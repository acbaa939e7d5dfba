/** The routes of the local issuer of account tokens. They exist only where the configuration has that issuer. */
import type { FastifyInstance } from 'fastify'
import { sendError } from './error-answers.ts'

export interface DevIssuer {
  jwks(): unknown
  issue(role: string, subject: string): Promise<string>
  readonly roles: readonly string[]
}

export function serveDevIssuer(app: FastifyInstance, issuer: DevIssuer): void {
  app.get('/dev/jwks.json', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(issuer.jwks()),
  )

  app.get<{ Params: { role: string }; Querystring: { subject?: string } }>(
    '/dev/token/:role',
    async (request, reply) => {
      const { role } = request.params
      const subject = request.query.subject ?? `dev-${role}`
      if (!issuer.roles.includes(role)) {
        const message = `Roles are ${issuer.roles.join(', ')}.`
        return sendError(request, reply, { status: 404, code: 'UNKNOWN_ROLE', message })
      }
      if (typeof subject !== 'string' || !/^[\w.@-]{1,64}$/.test(subject)) {
        const message = 'A subject is 1 to 64 letters, digits, or _ . @ -'
        return sendError(request, reply, { status: 400, code: 'BAD_SUBJECT', message })
      }
      return reply.header('cache-control', 'no-store').send({ token: await issuer.issue(role, subject) })
    },
  )
}
