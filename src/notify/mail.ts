/** The port that letters leave by. */
export interface Letter {
  to: string
  subject: string
  text: string
  html: string
  /** The same for every try of one letter, so that mail programs show one of them. */
  messageId: string
  attachments: Attachment[]
}

export interface Attachment {
  filename: string
  /** With its parameters: `text/calendar; method=PUBLISH`. */
  contentType: string
  content: Uint8Array
}

export interface MailPort {
  /** Throws MailRefused when trying again is of no use; anything else may work later. */
  send(letter: Letter): Promise<void>
  close(): Promise<void>
}

/** Where no way is configured: letters wait as failed jobs until there is one. */
export const noMail = (): MailPort => ({
  send: () => Promise.reject(new Error('No way to send letters is configured: set SMTP_URL or MAIL_FOLDER')),
  close: async () => {},
})

/** The server will not take this letter, now or later. */
export class MailRefused extends Error {}
