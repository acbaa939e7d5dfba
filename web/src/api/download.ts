/** Files that only their owner may have: fetched with the guest's token, and handed to the browser to keep. */
import { fetchWithToken, NoAnswer } from './client.ts'

/** Throws NoAnswer with a sentence when there is no file. */
export async function download(path: string, filename: string): Promise<void> {
  const response = await fetchWithToken(path).catch(() => {
    throw new NoAnswer('The server could not be reached.')
  })
  if (!response.ok) throw new NoAnswer(await reasonOf(response))
  const url = URL.createObjectURL(await response.blob())
  const link = Object.assign(document.createElement('a'), { href: url, download: filename })
  link.click()
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

async function reasonOf(response: Response): Promise<string> {
  const answer = (await response.json().catch(() => null)) as { errors?: { message?: string }[] } | null
  return answer?.errors?.[0]?.message ?? 'The server could not make this file.'
}
