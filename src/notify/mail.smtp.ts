/** Letters over SMTP. */
import nodemailer from 'nodemailer'
import { type Letter, type MailPort, MailRefused } from './mail.ts'

const smtpLimits = {
  connectMsMax: 10_000,
  answerMsMax: 20_000,
}

export interface SmtpOptions {
  /** `smtps://user:password@host:465`, or `smtp://host:587`, which asks for TLS where the server has it. */
  url: string
  from: string
  limits?: Partial<typeof smtpLimits>
}

export function smtpMail({ url, from, ...options }: SmtpOptions): MailPort {
  const limits = { ...smtpLimits, ...options.limits }
  const transport = nodemailer.createTransport(
    {
      url,
      connectionTimeout: limits.connectMsMax,
      greetingTimeout: limits.connectMsMax,
      socketTimeout: limits.answerMsMax,
    },
    { from },
  )
  return {
    async send({ to, subject, text, html, messageId, attachments }: Letter): Promise<void> {
      try {
        await transport.sendMail({
          ...{ to, subject, text, html, messageId },
          attachments: attachments.map((one) => ({ ...one, content: Buffer.from(one.content) })),
        })
      } catch (error) {
        throw isRefusal(error)
          ? new MailRefused('The mail server refuses this letter', { cause: error })
          : error
      }
    },
    close: async () => transport.close(),
  }
}

/**
 * 5xx to the recipient or to the letter is an answer. All else may be different next time: 4xx, no connection, a cut
 * one, and what is wrong with our own account or machine, because somebody will mend it.
 */
function isRefusal(error: unknown): boolean {
  const { responseCode = 0, command = '' } = error as { responseCode?: number; command?: string }
  return responseCode >= 500 && ['RCPT TO', 'DATA'].includes(command)
}
