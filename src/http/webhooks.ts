/**
 * What the payment network calls by itself. The body is read as it came, because its signature is over its bytes, and
 * answered with 204 only when what it told is safe; anything else, and the network sends it again.
 */
import type { FastifyInstance } from 'fastify'
import { type GatewayNotice, NoticeNotVerified, type NoticeReader } from '../payment/index.ts'
import type { Clock } from '../platform/clock.ts'
import { sendError } from './error-answers.ts'
import { httpLimits } from './http-limits.ts'

export interface Webhooks {
  /** The last part of the route: the gateway's name. */
  gateway: string
  readNotice: NoticeReader
  hear(notice: GatewayNotice): Promise<void>
  clock: Clock
}

export async function serveWebhooks(app: FastifyInstance, webhooks: Webhooks): Promise<void> {
  await app.register(async (inner) => {
    inner.removeAllContentTypeParsers()
    const limits = { parseAs: 'buffer', bodyLimit: httpLimits.webhookBytesMax } as const
    inner.addContentTypeParser('application/json', limits, (_request, body, done) => done(null, body))
    inner.post<{ Body: Buffer }>(`/webhooks/${webhooks.gateway}`, async (request, reply) => {
      const signature = request.headers['stripe-signature']
      try {
        const { notice, type } = webhooks.readNotice(request.body, textOf(signature), webhooks.clock.now())
        if (notice) await webhooks.hear(notice)
        request.log.debug({ type }, 'Heard a notice')
        return reply.code(204).send()
      } catch (error) {
        if (!(error instanceof NoticeNotVerified)) throw error
        request.log.warn({ reason: error.message }, 'A notice was refused')
        const message = 'The signature does not fit this body, or is too old.'
        return sendError(request, reply, { status: 400, code: 'NOTICE_NOT_VERIFIED', message })
      }
    })
  })
}

const textOf = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header)
