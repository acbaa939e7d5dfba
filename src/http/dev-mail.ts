/** The letters that were written as files, to read in a browser. Only where the configuration has the folder, never in production. */
import type { FastifyInstance } from 'fastify'
import { type LetterFolder, letterPage, lettersPage } from '../notify/index.ts'
import { sendError } from './error-answers.ts'

/** Nothing is loaded, nothing runs; a letter's own styles may show. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"
const noSuchLetter = {
  status: 404,
  code: 'NO_SUCH_LETTER',
  message: 'There is no such letter, or nothing of that name in it; /dev/mail lists them.',
}

export function serveDevMail(app: FastifyInstance, folder: LetterFolder): void {
  app.get('/dev/mail', async (_request, reply) => {
    const page = lettersPage(await folder.list())
    return reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page)
  })

  app.get<{ Params: { name: string } }>('/dev/mail/:name', async (request, reply) => {
    const letter = await folder.find(request.params.name)
    if (!letter) return sendError(request, reply, noSuchLetter)
    const page = letterPage(letter)
    return reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page)
  })

  app.get<{ Params: { name: string; filename: string } }>(
    '/dev/mail/:name/:filename',
    async (request, reply) => {
      const letter = await folder.find(request.params.name)
      const found = letter?.attachments.find(({ filename }) => filename === request.params.filename)
      if (!found) return sendError(request, reply, noSuchLetter)
      return reply
        .type(found.contentType)
        .header('content-disposition', `attachment; filename="${found.filename}"`)
        .send(Buffer.from(found.base64, 'base64'))
    },
  )
}
