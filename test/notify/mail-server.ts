/** A mail server that really speaks SMTP, on a free port, and does what a test wants with what it is given. */
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface Delivered {
  to: string[]
  raw: string
}

export async function mailServer(options: SMTPServerOptions = {}) {
  const delivered: Delivered[] = []
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], logger: false, closeTimeout: 100 },
    onData(stream, session, callback) {
      void text(stream).then((raw) => {
        delivered.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw })
        callback()
      })
    },
    ...options,
  })
  // Cut connections are what some tests are about.
  server.on('error', () => {})
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.server.address() as AddressInfo
  return {
    delivered,
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}

/** SMTP's way to say no: 4xx for now, 5xx for good. */
export const smtpError = (responseCode: number, message: string) =>
  Object.assign(new Error(message), { responseCode })
