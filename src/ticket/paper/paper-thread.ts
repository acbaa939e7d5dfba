/**
 * Sets tickets in a thread of its own: a page takes tens of milliseconds, in which no buyer's request must wait. The
 * thread starts with the first order and sets one at a time. An order that hangs or breaks it fails alone; the next one
 * starts another thread.
 */
import { Worker } from 'node:worker_threads'
import { Outage } from '../../platform/failures.ts'
import { type PaperLimits, paperLimits } from './paper-limits.ts'
import type { PaperShow, PaperTicket } from './ticket-pdf.ts'

export interface Order {
  show: PaperShow
  tickets: readonly PaperTicket[]
}

/** What the thread answers: a PDF, or what went wrong. */
export type Work = { pdf: Uint8Array } | { trouble: string }

export interface PaperThread {
  set(order: Order): Promise<Uint8Array>
  close(): Promise<void>
}

export class PaperBusy extends Outage {
  readonly code = 'PAPER_BUSY'

  constructor() {
    super('Too many tickets are being printed at this moment. Try again in a few seconds.', 5_000)
  }
}

/** These tickets cannot be printed, now or later. */
export class PaperFailed extends Error {}

interface Waiting {
  order: Order
  ended(work: Work): void
}

const threadFile = new URL('./typeset.worker.ts', import.meta.url)

export function openPaperThread(limits: PaperLimits = paperLimits, file: URL = threadFile): PaperThread {
  let thread: Worker | null = null
  let running: (Waiting & { timer: NodeJS.Timeout }) | null = null
  const queue: Waiting[] = []
  let isClosed = false

  function startNext(): void {
    const next = running ? undefined : queue.shift()
    if (!next) return
    thread ??= startThread()
    const timer = setTimeout(() => breakOff(`no answer within ${limits.orderMsMax} ms`), limits.orderMsMax)
    running = { ...next, timer }
    // The process may end while nothing is printed.
    thread.ref()
    thread.postMessage(next.order)
  }

  function end(work: Work): void {
    if (!running) return
    const { ended, timer } = running
    running = null
    clearTimeout(timer)
    thread?.unref()
    ended(work)
    startNext()
  }

  function breakOff(trouble: string): void {
    const broken = thread
    thread = null
    void broken?.terminate()
    end({ trouble })
  }

  function startThread(): Worker {
    const started = new Worker(file, {
      resourceLimits: { maxOldGenerationSizeMb: limits.threadMegabytesMax },
    })
    const ifCurrent = (act: () => void) => () => {
      if (started === thread) act()
    }
    started.on('message', (work: Work) => ifCurrent(() => end(work))())
    started.on('error', (error: Error) => ifCurrent(() => breakOff(error.message))())
    started.on(
      'exit',
      ifCurrent(() => breakOff('the thread ended')),
    )
    return started
  }

  return {
    set(order) {
      if (isClosed || queue.length >= limits.ordersWaitingMax) return Promise.reject(new PaperBusy())
      return new Promise((done, failed) => {
        queue.push({
          order,
          ended: (work) =>
            'pdf' in work
              ? done(work.pdf)
              : failed(new PaperFailed(`The tickets could not be printed: ${work.trouble}`)),
        })
        startNext()
      })
    },
    async close() {
      isClosed = true
      for (const { ended } of queue.splice(0)) ended({ trouble: 'the process is closing' })
      const last = thread
      breakOff('the process is closing')
      await last?.terminate()
    },
  }
}
