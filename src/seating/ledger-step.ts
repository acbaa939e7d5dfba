/** Runs a step on a show's ledger, building the ledger first where there is none on the connected server. */
import type { Rebuild } from './ledger-replies.ts'
import { LedgerAway } from './refusals.ts'
import type { Room } from './room.ts'

export async function onLedger<Reply extends { tag: string }>(
  room: Pick<Room, 'rebuilds' | 'limits'>,
  showId: number,
  step: () => Promise<Reply>,
): Promise<Exclude<Reply, Rebuild>> {
  for (let attempt = 1; attempt <= room.limits.ledgerStepTriesMax; attempt++) {
    const reply = await step()
    if (reply.tag !== 'rebuild') return reply as Exclude<Reply, Rebuild>
    await room.rebuilds.ensure(showId)
  }
  throw new LedgerAway(new Error(`The ledger of show ${showId} could not be built`))
}
