/**
 * The sandbox's books: intents, the money that moved, and answers by idempotency key; in memory and, where there is a
 * journal, in its lines. One line holds a whole step (the intent, the money, the key's answer), so that no crash can
 * leave money moved under a key that knows nothing of it.
 */
import type { Movement, SandboxIntent } from './intent.ts'
import type { Journal } from './journal.ts'
import { sandboxLimits } from './sandbox-limits.ts'

export interface KeyedAnswer {
  key: string
  /** Tells a repeat from another request. */
  fingerprint: string
  status: number
  body: object
  atMs: number
}

export interface BookedMovement extends Movement {
  id: string
  intentId: string
  reference: string
  currency: string
  atMs: number
}

export interface Line {
  intent?: SandboxIntent
  movement?: BookedMovement
  answer?: KeyedAnswer
  /** Where the sandbox listens, so that the next start can listen there too. */
  port?: number
}

export interface Books {
  readonly intents: ReadonlyMap<string, SandboxIntent>
  readonly movements: readonly BookedMovement[]
  readonly lastPort: number | undefined
  /** A key is forgotten at the end of its life, as a network may do. */
  answerOf(key: string): KeyedAnswer | undefined
  write(line: Line): void
}

export function openBooks(journal: Journal<Line> | null, nowMs: () => number): Books {
  const intents = new Map<string, SandboxIntent>()
  const movements: BookedMovement[] = []
  const answers = new Map<string, KeyedAnswer>()
  let lastPort: number | undefined

  const note = ({ intent, movement, answer, port }: Line) => {
    if (intent) intents.set(intent.id, intent)
    if (movement) movements.push(movement)
    if (answer) {
      answers.delete(answer.key)
      answers.set(answer.key, answer)
    }
    lastPort = port ?? lastPort
  }

  const forgetOldKeys = () => {
    for (const [key, { atMs }] of answers) {
      // They stand in the order of their time.
      if (nowMs() - atMs < sandboxLimits.keyLifeMs) return
      answers.delete(key)
    }
  }

  for (const line of journal?.lines ?? []) note(line)
  return {
    intents,
    movements,
    get lastPort() {
      return lastPort
    },
    answerOf(key) {
      forgetOldKeys()
      return answers.get(key)
    },
    write(line) {
      journal?.append(line)
      note(line)
    },
  }
}
