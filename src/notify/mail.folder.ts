/** Letters as files, for trying and developing: nothing leaves the machine, and a page shows them (letters-page.ts). */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashOf } from '../platform/ids.ts'
import type { Letter, MailPort } from './mail.ts'

export interface KeptLetter extends Letter {
  name: string
  at: string
}

export interface LetterFolder extends MailPort {
  /** The newest first. */
  list(): Promise<KeptLetter[]>
}

const listedMax = 200

export function folderMail(folder: string, now: () => Date): LetterFolder {
  return {
    async send(letter) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // The same letter is the same file, however often it is sent.
      const name = `${hashOf(letter.messageId).slice(0, 32)}.json`
      const written = join(folder, `.${name}`)
      await writeFile(written, JSON.stringify({ ...letter, name, at: now().toISOString() }), { mode: 0o600 })
      await rename(written, join(folder, name))
    },
    async list() {
      const names = await readdir(folder).catch(() => [])
      const kept = names.filter((name) => /^[0-9a-f]{32}\.json$/.test(name))
      const letters = await Promise.all(
        kept.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as KeptLetter),
      )
      return letters.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, listedMax)
    },
    async close() {},
  }
}
