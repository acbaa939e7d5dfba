/** What adapters that speak HTTP need to tell a call that was never heard from one whose answer was lost. */

/** Only what failed while connecting was certainly not heard; the same code on an open connection proves nothing. */
export function wasNeverSent(error: unknown): boolean {
  const { code, syscall } = ((error as Error | undefined)?.cause ?? {}) as { code?: string; syscall?: string }
  return syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT'
}

export async function readBounded(response: Response, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > bytesMax) throw new Error(`The answer has more than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
