/**
 * One device at one gate of one show. It asks the server first, and decides alone where no answer comes in time; what it
 * decided alone it keeps and tells when the server is back. A scan has one nonce on both ways, so that one whose answer
 * was lost is not counted twice.
 */
import { newActionKey } from '../../api/action-key.ts'
import { askServer, type Door, type NewScan } from './ask-server.ts'
import { type Decision, decideAlone } from './decide-alone.ts'
import { DeskBundle } from './desk-bundle.ts'
import { type Answer, atFirst, countOwn, type DeskState } from './desk-state.ts'
import type { DeviceStore, OwnScan } from './device-store.ts'
import { askGate, gateStatus, NoAnswer, SignedOut } from './gate-api.ts'
import { type Words, wordsOf } from './gate-words.ts'
import { scansPerTelling, tellScans } from './tell-scans.ts'

const statusAnswerMsMax = 4_000
const tickMs = 4_000
const clockTriesMax = 3

export class GateDesk {
  readonly #door: Door
  readonly #store: DeviceStore
  readonly #bundle: DeskBundle
  readonly #listeners = new Set<() => void>()
  /** By nonce, oldest first. */
  readonly #scans = new Map<string, OwnScan>()
  #state = atFirst
  #timer: ReturnType<typeof setInterval> | undefined
  #isTicking = false

  constructor(door: Door, store: DeviceStore) {
    this.#door = door
    this.#store = store
    this.#bundle = new DeskBundle(door, store)
  }

  get state(): DeskState {
    return this.#state
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async open(): Promise<void> {
    const { showId } = this.#door
    for (const scan of await this.#store.readScans(showId)) this.#scans.set(scan.nonce, scan)
    await this.#bundle.recall()
    this.#tellBundle()
    this.#change({ own: countOwn(this.#scans.values()) })
    this.#timer = setInterval(() => void this.#tick(), tickMs)
    await this.#tick()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** The network may have come or gone. */
  lookAgain(): void {
    void this.#tick()
  }

  setMove(move: 'in' | 'out'): void {
    this.#change({ move })
  }

  async scan(code: string): Promise<void> {
    if (this.#state.isBusy) return
    this.#change({ isBusy: true })
    const { move } = this.#state
    const scan: NewScan = { nonce: newActionKey(), code, move, scannedAtMs: this.#nowMs() }
    let answer: Answer
    try {
      answer = await this.#answer(scan)
    } catch (error) {
      const message = `This device could not keep the scan (${error instanceof Error ? error.message : error}).`
      answer = this.#refused(scan, this.#words({ code: 'CANNOT_TELL', message }), true)
    }
    this.#change({ isBusy: false, answer })
  }

  /** Takes the last answer back: nobody went in. */
  async undo(): Promise<void> {
    const { answer } = this.#state
    const scan = answer?.canUndo ? this.#scans.get(answer.nonce) : undefined
    if (!answer || !scan) return
    await this.#keep({ ...scan, undone: true, state: 'waiting' })
    const words: Words = { tone: 'wait', title: 'Taken back', detail: scan.seat }
    this.#change({ answer: { ...answer, ...words, canUndo: false } })
    await this.#tick()
  }

  async #answer(scan: NewScan): Promise<Answer> {
    const isAsked = this.#state.network !== 'offline' && !this.#state.isSignedOut
    return (isAsked ? await this.#ask(scan) : null) ?? (await this.#decide(scan, isAsked))
  }

  /** Null: there is no answer, and the scan may have been carried out or not. */
  async #ask(scan: NewScan, tries = 1): Promise<Answer | null> {
    try {
      const answer = await askServer(this.#door, scan)
      this.#change({ network: 'online' })
      if (answer.kind === 'refused') return this.#refused(scan, answer.words, false)
      if (answer.kind === 'undecided') return null
      if (answer.kind === 'clock') {
        this.#bundle.clockOffMs = answer.serverTimeMs - Date.now()
        scan.scannedAtMs = this.#nowMs()
        return tries < clockTriesMax ? await this.#ask(scan, tries + 1) : null
      }
      // The server has it, so that a device which cannot keep it loses nothing but a later answer of its own.
      await this.#keep(this.#own(scan, answer.ticketId, answer.seat, 'told')).catch(() => {})
      return this.#letThrough(scan, answer.seat, false)
    } catch (error) {
      if (error instanceof SignedOut) this.#change({ isSignedOut: true })
      else if (error instanceof NoAnswer) this.#change({ network: 'offline' })
      else throw error
      return null
    }
  }

  async #decide(scan: NewScan, wasAsked: boolean): Promise<Answer> {
    const { opened } = this.#bundle
    if (!opened) {
      const message = 'The server does not answer, and this device has nothing to check tickets with yet.'
      return this.#refused(scan, this.#words({ code: 'CANNOT_TELL', message }), true)
    }
    const { gate } = this.#door
    const door = { gate, move: scan.move, nowMs: scan.scannedAtMs }
    const own = (ticketId: string) => this.#standing(ticketId)
    const decision = await decideAlone(scan.code, opened, own, door)
    if (decision.code === 'LET') {
      await this.#keep(this.#own(scan, decision.ticketId, decision.seat, 'waiting'))
      return this.#letThrough(scan, decision.seat, true)
    }
    // The server may have let in what is refused here, without its answer coming back: then that is taken back.
    if (wasAsked && 'ticketId' in decision) {
      await this.#keep({ ...this.#own(scan, decision.ticketId, decision.seat, 'waiting'), undone: true })
    }
    return this.#refused(scan, this.#words(toldOf(decision)), true)
  }

  #standing(ticketId: string) {
    return [...this.#scans.values()]
      .filter((scan) => scan.ticketId === ticketId && !scan.undone && scan.state !== 'refused')
      .map((scan) => ({ ...scan, id: scan.nonce, device: this.#door.device }))
  }

  #letThrough({ nonce, move }: NewScan, seat: string, isAlone: boolean): Answer {
    const words = this.#words({ code: move === 'in' ? 'LET' : 'LET_OUT', seat })
    return { ...words, nonce, isAlone, canUndo: true }
  }

  #refused({ nonce }: NewScan, words: Words, isAlone: boolean): Answer {
    return { ...words, nonce, isAlone, canUndo: false }
  }

  #words(told: Omit<Parameters<typeof wordsOf>[0], 'timeZone'>): Words {
    return wordsOf({ ...told, timeZone: this.#door.timeZone })
  }

  #own(scan: NewScan, ticketId: string, seat: string, state: OwnScan['state']): OwnScan {
    const { showId, gate } = this.#door
    return { ...scan, showId, gate, ticketId, seat, undone: false, state, outcome: null }
  }

  async #keep(...scans: OwnScan[]): Promise<void> {
    await this.#store.keepScans(scans)
    for (const scan of scans) this.#scans.set(scan.nonce, scan)
    this.#change({ own: countOwn(this.#scans.values()) })
  }

  async #tick(): Promise<void> {
    if (this.#isTicking) return
    this.#isTicking = true
    try {
      const { token, showId } = this.#door
      const { showGate } = await askGate(token, gateStatus, { showId }, statusAnswerMsMax)
      this.#change({ network: 'online', isSignedOut: false, counts: showGate?.counts ?? null })
      await this.#tellWaiting()
      if (this.#bundle.isStale(showGate)) {
        await this.#bundle.refresh()
        this.#tellBundle()
      }
    } catch (error) {
      this.#change(error instanceof SignedOut ? { isSignedOut: true } : { network: 'offline' })
    } finally {
      this.#isTicking = false
    }
  }

  async #tellWaiting(): Promise<void> {
    for (let clockTries = 0; clockTries < clockTriesMax; ) {
      const waiting = [...this.#scans.values()].filter(({ state }) => state === 'waiting')
      if (waiting.length === 0) return
      const telling = await tellScans(this.#door, waiting.slice(0, scansPerTelling), this.#nowMs())
      if (telling.kind === 'told') {
        // What was taken back meanwhile waits to be told again.
        await this.#keep(
          ...telling.scans.filter(({ nonce, undone }) => this.#scans.get(nonce)?.undone === undone),
        )
      } else {
        clockTries += 1
        this.#bundle.clockOffMs += telling.offMs
        await this.#keep(
          ...waiting.map((scan) => ({ ...scan, scannedAtMs: scan.scannedAtMs + telling.offMs })),
        )
      }
    }
  }

  #tellBundle(): void {
    const { fetchedAtMs: bundleAtMs, trouble: bundleTrouble, opened } = this.#bundle
    this.#change({ bundleAtMs, bundleTrouble, mayGoOut: opened?.about.reEntry ?? false })
  }

  #nowMs(): number {
    return Date.now() + this.#bundle.clockOffMs
  }

  #change(changed: Partial<DeskState>): void {
    this.#state = { ...this.#state, ...changed }
    for (const listener of this.#listeners) listener()
  }
}

function toldOf(decision: Exclude<Decision, { code: 'LET' }>) {
  return decision.code === 'ALREADY_USED' ? { ...decision, atMs: decision.scannedAtMs } : decision
}
