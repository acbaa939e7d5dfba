/** A clock that moves only when told to, and a stream and snapshots that the test plays. */
import {
  type LiveMapOptions,
  type Position,
  type Problem,
  type Snapshot,
  SnapshotFailed,
} from '../../client/src/index.ts'
import type { SeatFrame } from '../../client/src/seat-frame.ts'

export interface PlayedStream {
  open: boolean
  frame(frame: SeatFrame): void
  /** `1 0 4 3l5b`: epoch, after, seq, changes. */
  say(text: string): void
  end(problem?: Partial<Problem>): void
}

export interface PlayedQuestion {
  notBefore: Position | null
  signal: AbortSignal
  open: boolean
  answer(snapshot: Partial<Snapshot>): Promise<void>
  fail(problem?: Partial<Problem>): Promise<void>
}

const noProblem: Problem = { code: null, message: 'It ended.', retryAfterMs: null }

export function frameOf(text: string): SeatFrame {
  const [epoch, after, seq, changes = ''] = text.split(' ')
  return { epoch: Number(epoch), after: Number(after), seq: Number(seq), changes }
}

/** Two bits a seat, as the server packs them. */
export function pack(codes: ArrayLike<number>): string {
  const bytes = Buffer.alloc(Math.ceil(codes.length / 4))
  for (let seat = 0; seat < codes.length; seat++) {
    bytes[seat >> 2] = (bytes[seat >> 2] ?? 0) | ((codes[seat] ?? 0) << (2 * (seat & 3)))
  }
  return bytes.toString('base64')
}

/** Whatever was waiting on an answered promise has run. */
const settled = () => new Promise<void>((done) => setImmediate(done))

function playTimers(random: () => number = () => 0.5) {
  let nowMs = 0
  const due: { atMs: number; action: () => void }[] = []
  return {
    timers: {
      nowMs: () => nowMs,
      random,
      after(delayMs: number, action: () => void) {
        const entry = { atMs: nowMs + delayMs, action }
        due.push(entry)
        return () => void (due.includes(entry) && due.splice(due.indexOf(entry), 1))
      },
    },
    /** Runs what falls due, in its order and at its time. */
    pass(ms: number) {
      const untilMs = nowMs + ms
      for (;;) {
        const next = due.reduce<(typeof due)[number] | null>(
          (first, entry) => (entry.atMs <= untilMs && entry.atMs < (first?.atMs ?? Infinity) ? entry : first),
          null,
        )
        if (!next) break
        due.splice(due.indexOf(next), 1)
        nowMs = Math.max(nowMs, next.atMs)
        next.action()
      }
      nowMs = untilMs
    },
    timersLeft: () => due.length,
  }
}

export function stage(random?: () => number) {
  const clock = playTimers(random)
  const streams: PlayedStream[] = []
  const asked: PlayedQuestion[] = []
  const options: LiveMapOptions = {
    showId: 'show',
    timers: clock.timers,
    frames: {
      watch(_showId, frame, ended) {
        const stream: PlayedStream = {
          open: true,
          frame,
          say: (text) => frame(frameOf(text)),
          end(problem) {
            stream.open = false
            ended({ ...noProblem, ...problem })
          },
        }
        streams.push(stream)
        return () => {
          stream.open = false
        }
      },
    },
    snapshots: {
      take: (_showId, notBefore, signal) =>
        new Promise<Snapshot>((resolve, reject) => {
          const question: PlayedQuestion = {
            notBefore,
            signal,
            open: true,
            answer(snapshot) {
              question.open = false
              resolve({ epoch: 1, seq: 0, statuses: pack(new Uint8Array(8)), stale: false, ...snapshot })
              return settled()
            },
            fail(problem) {
              question.open = false
              reject(new SnapshotFailed({ ...noProblem, ...problem }))
              return settled()
            },
          }
          signal.addEventListener('abort', () => {
            question.open = false
          })
          asked.push(question)
        }),
    },
  }
  return { ...clock, options, streams, asked }
}
