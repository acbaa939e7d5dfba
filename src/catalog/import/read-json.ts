/** From a file's bytes to its JSON, or to the one problem that keeps it from being read. */
import { open } from 'node:fs/promises'
import { JsonNode } from './json-node.ts'
import type { Problems } from './problems.ts'

const importBytesMax = 20_000_000

/** null: the problem was added. */
export async function readJsonFile(file: string, problems: Problems): Promise<JsonNode | null> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'ENOENT'
        ? 'it is not there'
        : error.code === 'EACCES'
          ? 'it may not be read'
          : error.code
    problems.add('error', file, 'a file that can be read', why)
    return null
  })
  if (!handle) return null
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) {
      problems.add('error', file, 'a file', stat.isDirectory() ? 'a folder' : 'something else')
      return null
    }
    const { size } = stat
    if (size > importBytesMax) {
      problems.add(
        'error',
        file,
        `a file of at most ${importBytesMax / 1_000_000} MB`,
        `${(size / 1_000_000).toFixed(1)} MB`,
      )
      return null
    }
    return parseJson(await handle.readFile(), problems)
  } finally {
    await handle.close()
  }
}

function parseJson(bytes: Uint8Array, problems: Problems): JsonNode | null {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    problems.add('error', 'the file', 'text in UTF-8', 'bytes that are not')
    return null
  }
  try {
    return new JsonNode(JSON.parse(text), '', problems)
  } catch (error) {
    problems.add('error', 'the file', 'JSON', error instanceof Error ? error.message : String(error))
    return null
  }
}
