/**
 * The web pages, built by vite into one folder: the shop at every path that is nothing else, and GraphiQL. Files
 * under /assets carry a hash of their content in their name and may be kept for ever; the pages may not.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendError } from './error-answers.ts'
import { asPage } from './security-headers.ts'

const notFound = { status: 404, code: 'NOT_FOUND', message: 'There is nothing at this path.' }
const gateWorker = 'gate-worker.js'
const apiPath = /^\/(graphql|v1|dev|healthz|readyz|metrics)(\/|$)/

export async function servePages(app: FastifyInstance, webDist: string): Promise<void> {
  const root = resolve(webDist)
  await app.register(fastifyStatic, { root, serve: false, cacheControl: false, index: false })

  app.get('/graphiql', (request, reply) => sendPage(request, reply, 'graphiql.html'))
  app.get<{ Params: { '*': string } }>('/assets/*', (request, reply) => {
    void reply.header('cache-control', 'public, max-age=31536000, immutable')
    return sendFile(request, reply, `assets/${request.params['*']}`)
  })
  app.get<{ Params: { '*': string } }>('/*', (request, reply) => {
    const path = request.params['*']
    if (apiPath.test(`/${path}`)) return sendError(request, reply, notFound)
    // A page has no dot in its last part; what has one is a file, like /favicon.svg.
    if (/\.[a-z0-9]+$/i.test(path)) {
      // What a service worker may reach is told by its own headers, and an old one must not linger.
      if (path === gateWorker) void asPage(reply).header('cache-control', 'no-cache')
      else void reply.header('cache-control', 'public, max-age=3600')
      return sendFile(request, reply, path)
    }
    return sendPage(request, reply, 'index.html')
  })

  function sendPage(request: FastifyRequest, reply: FastifyReply, file: string): FastifyReply {
    void asPage(reply).header('cache-control', 'no-cache')
    if (!existsSync(join(root, file))) return sendMissingPage(reply)
    return sendFile(request, reply, file)
  }

  function sendFile(request: FastifyRequest, reply: FastifyReply, file: string): FastifyReply {
    if (file.includes('..') || !existsSync(join(root, file))) return sendError(request, reply, notFound)
    return reply.sendFile(file)
  }
}

function sendMissingPage(reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .type('text/html; charset=utf-8')
    .send(
      '<!doctype html><html lang="en"><meta charset="utf-8"><title>Rowlock</title>' +
        '<h1>The web pages have not been built</h1>' +
        '<p>The API runs: POST your operations to <code>/graphql</code>.</p>' +
        '<p>For the pages run <code>npm run build:web</code> and reload; no restart is needed.</p></html>',
    )
}
