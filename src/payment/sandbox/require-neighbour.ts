/**
 * The sandbox listens to its own machine only, but a browser on that machine carries pages of strangers. What such a
 * page sends is refused: by its Origin, and by a Host that is not ours (a name that was pointed at us).
 */
import type { IncomingMessage } from 'node:http'
import { SandboxRefusal } from './refusals.ts'

const ownNames = ['127.0.0.1', 'localhost']

export function requireNeighbour({ headers, socket }: IncomingMessage): void {
  const port = socket.localPort ?? 0
  const ownHosts = ownNames.map((name) => `${name}:${port}`)
  if (port === 80) ownHosts.push(...ownNames)
  if (!ownHosts.includes(headers.host?.toLowerCase() ?? '')) {
    throw new SandboxRefusal(403, 'foreign_host', `Host: expected one of ${ownHosts.join(', ')}`)
  }
  const { origin } = headers
  if (origin === undefined || ownHosts.some((host) => origin === `http://${host}`)) return
  throw new SandboxRefusal(403, 'foreign_origin', 'Pages of other origins may not call the sandbox')
}
