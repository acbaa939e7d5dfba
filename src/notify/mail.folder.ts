/** Letters as files, for trying and developing: nothing leaves the machine, and a page shows them (letters-page.ts). */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashOf } from '../platform/ids.ts'
import type { Letter, MailPort } from './mail.ts'

export interface KeptLetter extends Omit<Letter, 'attachments'> {
  name: string
  at: string
  attachments: KeptAttachment[]
}

interface KeptAttachment {
  filename: string
  contentType: string
  base64: string
}

export interface LetterFolder extends MailPort {
  /** The newest first. */
  list(): Promise<KeptLetter[]>
  /** Null: there is none of that name. */
  find(name: string): Promise<KeptLetter | null>
}

const listedMax = 200
const nameOfLetter = /^[0-9a-f]{32}\.json$/

export function folderMail(folder: string, now: () => Date): LetterFolder {
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8')) as KeptLetter

  return {
    async send({ attachments, ...letter }) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // The same letter is the same file, however often it is sent.
      const name = `${hashOf(letter.messageId).slice(0, 32)}.json`
      const kept: KeptLetter = {
        ...letter,
        name,
        at: now().toISOString(),
        attachments: attachments.map(keep),
      }
      const written = join(folder, `.${name}`)
      await writeFile(written, JSON.stringify(kept), { mode: 0o600 })
      await rename(written, join(folder, name))
    },
    async list() {
      const names = await readdir(folder).catch(() => [])
      const letters = await Promise.all(names.filter((name) => nameOfLetter.test(name)).map(read))
      return letters.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, listedMax)
    },
    find: async (name) => (nameOfLetter.test(name) ? await read(name).catch(() => null) : null),
    async close() {},
  }
}

const keep = ({ content, ...named }: Letter['attachments'][number]): KeptAttachment => ({
  ...named,
  base64: Buffer.from(content).toString('base64'),
})
