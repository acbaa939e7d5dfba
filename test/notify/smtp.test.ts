/** Letters over SMTP: which answers are final, and which are worth another try. */
import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type MailPort, smtpMail } from '../../src/notify/index.ts'
import { type Letter, MailRefused } from '../../src/notify/mail.ts'
import { mailServer, smtpError } from './mail-server.ts'

const letter: Letter = {
  to: 'buyer@example.org',
  subject: 'Your tickets: Die Zauberflöte 魔笛',
  text: 'Zwei Plätze',
  html: '<p>Zwei Plätze</p>',
  messageId: '<confirmed.1@tickets.example>',
  attachments: [
    { filename: 'tickets.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF-1.7') },
    {
      filename: 'calendar.ics',
      contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
      content: Buffer.from('BEGIN:VCALENDAR'),
    },
  ],
}
const limits = { connectMsMax: 500, answerMsMax: 500 }
const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()))
})

function mailTo(url: string): MailPort {
  const mail = smtpMail({ url, from: 'Tickets <tickets@example.org>', limits })
  opened.push(mail)
  return mail
}

async function serve(options?: Parameters<typeof mailServer>[0]) {
  const server = await mailServer(options)
  opened.push(server)
  return server
}

test('a letter arrives with both texts, its own id, and any script', async () => {
  const server = await serve()
  await mailTo(server.url).send(letter)
  const [{ to, raw } = { to: [], raw: '' }] = server.delivered
  expect(to).toEqual(['buyer@example.org'])
  expect(raw).toContain('Message-ID: <confirmed.1@tickets.example>')
  expect(raw).toMatch(/Subject: =\?UTF-8\?/)
  expect(raw).toContain('text/plain')
  expect(raw).toContain('text/html')
  expect(raw).toMatch(/Content-Type: application\/pdf; name=tickets\.pdf/)
  expect(raw).toContain(Buffer.from('%PDF-1.7').toString('base64'))
  expect(raw).toMatch(/text\/calendar; charset=utf-8; method=PUBLISH/)
})

test.each([
  ['a recipient that does not exist', { onRcptTo: (_a, _s, done) => done(smtpError(550, 'no such user')) }],
  [
    'a letter that is refused',
    { onData: (stream, _s, done) => stream.resume().on('end', () => done(smtpError(554, 'spam'))) },
  ],
] as [string, Parameters<typeof mailServer>[0]][])('%s is refused for good', async (_what, options) => {
  const server = await serve(options)
  await expect(mailTo(server.url).send(letter)).rejects.toBeInstanceOf(MailRefused)
})

test.each([
  ['a full mailbox', { onRcptTo: (_a, _s, done) => done(smtpError(452, 'full')) }],
  ['greylisting', { onRcptTo: (_a, _s, done) => done(smtpError(451, 'later')) }],
  ['a server that shuts down', { onConnect: (_s, done) => done(smtpError(421, 'closing')) }],
  ['a server that does not want us at all', { onConnect: (_s, done) => done(smtpError(554, 'go away')) }],
  ['a server that never answers to the letter', { onData: (stream) => void stream.resume() }],
] as [string, Parameters<typeof mailServer>[0]][])('%s is worth another try', async (_what, options) => {
  const server = await serve(options)
  const error = await mailTo(server.url)
    .send(letter)
    .catch((error: unknown) => error)
  expect(error).toBeInstanceOf(Error)
  expect(error).not.toBeInstanceOf(MailRefused)
})

test('a login that is refused is worth another try, because somebody will mend it', async () => {
  const server = await serve({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (_auth, _session, done) => done(smtpError(535, 'bad password')),
  })
  const error = await mailTo(server.url.replace('smtp://', 'smtp://user:wrong@'))
    .send(letter)
    .catch((error: unknown) => error)
  expect(error).toBeInstanceOf(Error)
  expect(error).not.toBeInstanceOf(MailRefused)
})

test('nobody there, or somebody who only listens, is an error within its bound', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve)
  })
  const { port } = silent.address() as { port: number }
  const begun = performance.now()
  await expect(mailTo(`smtp://127.0.0.1:${port}`).send(letter)).rejects.not.toBeInstanceOf(MailRefused)
  expect(performance.now() - begun).toBeLessThan(5_000)
  await new Promise<void>((resolve) => {
    silent.close(() => resolve())
  })
  await expect(mailTo(`smtp://127.0.0.1:${port}`).send(letter)).rejects.not.toBeInstanceOf(MailRefused)
})
