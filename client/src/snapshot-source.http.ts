/**
 * Snapshots over HTTP. The plain route is asked first: it is encoded once for everyone and costs nothing where the map
 * is known already. Should a cache on the way answer with an older map than asked for, GraphQL is asked, which refuses
 * to be older.
 */
import { comparePositions, type Position } from './position.ts'
import { isFields, ofGraphqlError } from './problem.ts'
import type { Snapshot } from './snapshot.ts'
import { SnapshotFailed, type SnapshotSource } from './snapshot-source.ts'

export interface HttpSnapshotOptions {
  /** Where the server is, "https://tickets.example". Empty for the page's own origin. */
  api: string
  fetch?: typeof globalThis.fetch
}

export const seatMapNow = `query SeatMapNow($showId: ID!, $notBefore: SeatMapPositionInput) {
  seatMap(showId: $showId, notBefore: $notBefore) { epoch seq stale statuses }
}`

export function httpSnapshots({ api, fetch: given }: HttpSnapshotOptions): SnapshotSource {
  const origin = api.replace(/\/+$/, '')
  const request: typeof globalThis.fetch = given ?? ((input, init) => globalThis.fetch(input, init))
  // A browser keeps the last answer and revalidates it by itself. Elsewhere it is kept here, the last one only.
  const hasCache = 'location' in globalThis
  let kept: { url: string; etag: string; snapshot: Snapshot } | null = null

  async function plain(showId: string, signal: AbortSignal): Promise<Snapshot> {
    const url = `${origin}/v1/shows/${encodeURIComponent(showId)}/seats`
    const known = kept?.url === url ? kept : null
    const headers: Record<string, string> = known ? { 'if-none-match': known.etag } : {}
    const response = await request(url, { headers, signal, cache: 'no-cache' })
    if (response.status === 304 && known) return known.snapshot
    if (!response.ok) throw await refusal(response)
    const snapshot = readSnapshot(await response.json())
    const etag = response.headers.get('etag')
    kept = etag !== null && !hasCache ? { url, etag, snapshot } : null
    return snapshot
  }

  async function notOlder(showId: string, notBefore: Position, signal: AbortSignal): Promise<Snapshot> {
    const response = await request(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: seatMapNow, variables: { showId, notBefore } }),
      signal,
    })
    const answer: unknown = await response.json()
    const { data, errors } = isFields(answer) ? answer : {}
    if (Array.isArray(errors)) throw new SnapshotFailed(ofGraphqlError(errors[0]))
    return readSnapshot(isFields(data) ? data.seatMap : null)
  }

  return {
    async take(showId, notBefore, signal) {
      const snapshot = await plain(showId, signal)
      // A map of the claims has no place among the frames; nothing newer is to be had while the ledger is away.
      const fresh = notBefore === null || snapshot.stale || comparePositions(snapshot, notBefore) >= 0
      return fresh ? snapshot : notOlder(showId, notBefore, signal)
    },
  }
}

function readSnapshot(answer: unknown): Snapshot {
  const { epoch, seq, stale, statuses } = isFields(answer) ? answer : {}
  if (typeof epoch !== 'number' || typeof seq !== 'number' || typeof statuses !== 'string') {
    throw new SnapshotFailed({ code: null, message: 'The seats could not be read.', retryAfterMs: null })
  }
  return { epoch, seq, stale: stale === true, statuses }
}

/** The server's errors have a code and a sentence; a proxy's may be anything. */
async function refusal(response: Response): Promise<SnapshotFailed> {
  const answer: unknown = await response.json().catch(() => null)
  const said = isFields(answer) && Array.isArray(answer.errors) ? ofGraphqlError(answer.errors[0]) : null
  const afterS = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new SnapshotFailed({
    code: said?.code ?? String(response.status),
    message: said?.message ?? `The seats could not be loaded (HTTP ${response.status}).`,
    retryAfterMs: said?.retryAfterMs ?? (afterS >= 0 ? afterS * 1000 : null),
  })
}
