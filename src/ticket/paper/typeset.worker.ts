/** The thread of paper-thread.ts. */
import { parentPort } from 'node:worker_threads'
import type { Order, Work } from './paper-thread.ts'
import { ticketsPdf } from './ticket-pdf.ts'

parentPort?.on('message', async ({ show, tickets }: Order) => {
  const work: Work = await ticketsPdf(show, tickets).then(
    (pdf) => ({ pdf }),
    (error: unknown) => ({
      trouble: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }),
  )
  parentPort?.postMessage(work)
})
