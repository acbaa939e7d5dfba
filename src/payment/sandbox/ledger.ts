/**
 * The sandbox's books: intents, movements of money and answers by idempotency key, in memory and, if a file is given,
 * in an append-only file that is written before anyone is answered. A restart, also after kill -9, knows everything.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

export type IntentStatus =
  | 'created'
  | 'processing'
  | 'requires_action'
  | 'succeeded'
  | 'declined'
  | 'cancelled'

export interface StoredIntent {
  id: string
  reference: string
  amountMinor: number
  currency: string
  status: IntentStatus
  createdAt: string
  method?: string
  decline?: { code: string; message: string }
}

export interface Movement {
  intentId: string
  kind: 'capture' | 'refund'
  id: string
  amountMinor: number
  at: string
}

export interface StoredAnswer {
  fingerprint: string
  status: number
  body: object
}

type Entry =
  | { entry: 'intent'; intent: StoredIntent }
  | { entry: 'movement'; movement: Movement }
  | { entry: 'answer'; key: string; answer: StoredAnswer }

export class SandboxLedger {
  readonly intents = new Map<string, StoredIntent>()
  readonly movements: Movement[] = []
  readonly answers = new Map<string, StoredAnswer>()
  readonly #file: string | undefined

  constructor(file?: string) {
    this.#file = file
    if (!file || !existsSync(file)) return
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (line === '') continue
      // A process killed in the middle of a write leaves half a line, whose caller was never answered.
      try {
        this.#remember(JSON.parse(line))
      } catch {}
    }
  }

  saveIntent(intent: StoredIntent): void {
    this.#write({ entry: 'intent', intent: { ...intent } })
  }

  move(movement: Movement): void {
    this.#write({ entry: 'movement', movement })
  }

  answer(key: string, answer: StoredAnswer): void {
    this.#write({ entry: 'answer', key, answer })
  }

  sum(intentId: string, kind: Movement['kind']): number {
    return this.movements
      .filter((movement) => movement.intentId === intentId && movement.kind === kind)
      .reduce((sum, movement) => sum + movement.amountMinor, 0)
  }

  #write(entry: Entry): void {
    if (this.#file) appendFileSync(this.#file, `${JSON.stringify(entry)}\n`)
    this.#remember(entry)
  }

  #remember(entry: Entry): void {
    if (entry.entry === 'intent') this.intents.set(entry.intent.id, entry.intent)
    else if (entry.entry === 'movement') this.movements.push(entry.movement)
    else this.answers.set(entry.key, entry.answer)
  }
}
