/**
 * The bundle that a desk decides by when it is alone, and the clock that came with it: a bundle that was just made tells
 * the server's time. Kept on the device, and fetched anew when it is old or when the organiser has changed the gates.
 */
import type { Door } from './ask-server.ts'
import type { DeviceStore } from './device-store.ts'
import { fetchBundle } from './gate-api.ts'
import { type OpenBundle, openBundle } from './open-bundle.ts'

type GatePlan = Pick<OpenBundle['about'], 'reEntry' | 'opensAt' | 'closesAt' | 'isCancelled' | 'gates'>

const answerMsMax = 15_000
const ageMsMax = 300_000

export class DeskBundle {
  readonly #door: Door
  readonly #store: DeviceStore
  opened: OpenBundle | null = null
  fetchedAtMs: number | null = null
  /** Why tickets cannot be checked alone; null when they can, or when nothing was tried yet. */
  trouble: string | null = null
  /** What to add to this device's clock. */
  clockOffMs = 0

  constructor(door: Door, store: DeviceStore) {
    this.#door = door
    this.#store = store
  }

  /** What was kept by an earlier visit. */
  async recall(): Promise<void> {
    const kept = await this.#store.readBundle(this.#door.showId)
    if (kept) await this.#take(kept.bytes, kept.fetchedAtMs, kept.clockOffMs)
  }

  /** `plan` is what the server says of the gates now. */
  isStale(plan: GatePlan | null): boolean {
    if (this.fetchedAtMs === null || Date.now() - this.fetchedAtMs > ageMsMax) return true
    return plan !== null && this.opened !== null && textOf(plan) !== textOf(this.opened.about)
  }

  async refresh(): Promise<void> {
    const { token, showId } = this.#door
    const bytes = await fetchBundle(token, showId, answerMsMax)
    const fetchedAtMs = Date.now()
    if (!(await this.#take(bytes, fetchedAtMs, null))) return
    await this.#store.keepBundle(showId, { bytes, fetchedAtMs, clockOffMs: this.clockOffMs })
  }

  /** False when this browser cannot open it. */
  async #take(
    bytes: Uint8Array<ArrayBuffer>,
    fetchedAtMs: number,
    clockOffMs: number | null,
  ): Promise<boolean> {
    try {
      this.opened = await openBundle(bytes)
      this.fetchedAtMs = fetchedAtMs
      this.clockOffMs = clockOffMs ?? Date.parse(this.opened.about.madeAt) - fetchedAtMs
      this.trouble = null
      return true
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.trouble =
        error instanceof DOMException
          ? 'This browser cannot check tickets without network. Use a newer one.'
          : `Tickets cannot be checked without network: ${why}.`
      return false
    }
  }
}

function textOf({ reEntry, opensAt, closesAt, isCancelled, gates }: GatePlan): string {
  return JSON.stringify([
    reEntry,
    opensAt,
    closesAt,
    isCancelled,
    gates.map(({ name, zones }) => [name, zones]),
  ])
}
