/**
 * The ledger: each show's seat statuses in Redis, changed only by the scripts in ./ledger, each all-or-nothing,
 * numbered `(epoch, seq)` and published. It orders rivals; the claims in PostgreSQL decide (docs/ledger.md).
 *
 * A verb throws LedgerAway when Redis gives no answer: the outcome is then unknown, and every script may be
 * repeated. It returns 'rebuild' when there is no ledger built on the server that has the show.
 */
import type { RedisServer, RedisServers } from '../platform/redis.ts'
import * as calls from './ledger-calls.ts'
import * as replies from './ledger-replies.ts'
import { ledgerFailure, runScript, scripts } from './ledger-scripts.redis.ts'
import { LedgerAway } from './refusals.ts'

export type Ledger = ReturnType<typeof openLedger>

export function openLedger(servers: RedisServers, keyPrefix: string) {
  const baseOf = (showId: number) => `${keyPrefix}{${showId}}`

  const run = (script: keyof typeof scripts, showId: number, args: calls.ScriptArgs) =>
    runScript(servers, scripts[script], baseOf(showId), args)

  return {
    framesChannel: (showId: number) => `${baseOf(showId)}:frames`,

    async place(showId: number, place: calls.PlaceArgs): Promise<replies.Placed> {
      return replies.readPlaced(await run('place', showId, calls.placeArgs(place)))
    },

    /** Undoes a placing whose claim was never asked for, as if it had not come; not one that was repeated. */
    async withdraw(showId: number, placed: { lockId: string; operationId: string }): Promise<void> {
      await run('withdraw', showId, [placed.lockId, placed.operationId])
    },

    async extend(showId: number, extend: calls.ExtendArgs): Promise<replies.Extended> {
      return replies.readExtended(await run('extend', showId, calls.extendArgs(extend)))
    },

    async checkout(
      showId: number,
      { lockId, buyerId, bookingId }: { lockId: string; buyerId: string; bookingId: string },
    ): Promise<replies.Done | replies.Rebuild | replies.LockGone> {
      return replies.readDone(await run('checkout', showId, [lockId, buyerId, bookingId]))
    },

    async leaveCheckout(
      showId: number,
      { lockId, bookingId }: { lockId: string; bookingId: string },
    ): Promise<replies.Expired> {
      return replies.readExpired(await run('leaveCheckout', showId, [lockId, bookingId]))
    },

    async settle(showId: number, settle: calls.SettleArgs): Promise<replies.Settled> {
      return replies.readSettled(await run('settle', showId, calls.settleArgs(settle)))
    },

    async expire(showId: number, countMax: number): Promise<replies.Expired> {
      return replies.readExpired(await run('expire', showId, [countMax]))
    },

    async read(showId: number, withHolders = false): Promise<replies.Read> {
      return replies.readMap(await run('read', showId, [withHolders ? '1' : '0']))
    },

    async look(showId: number, lockId: string): Promise<replies.Looked> {
      return replies.readLooked(await run('look', showId, [lockId]))
    },

    async load(showId: number, load: calls.LoadArgs): Promise<replies.Loaded> {
      return replies.readLoaded(await run('load', showId, calls.loadArgs(load)))
    },

    /** Forgets the show, in calls of so many seats. Harmless where there is nothing. */
    async remove(showId: number, seatsPerCall: number): Promise<void> {
      let from: number | null = 0
      while (from !== null) from = replies.readRemoved(await run('remove', showId, [from, seatsPerCall]))
    },

    /**
     * Where each show stands, in one pipeline per server; null where there is no ledger built on its server. A show whose
     * server is away is left out, so that the others are told; if all are, it throws.
     */
    async positions(showIds: number[]): Promise<Map<number, replies.LedgerPosition | null>> {
      const shows = Map.groupBy(showIds, (showId) => servers.holding(baseOf(showId)))
      const answers = await Promise.allSettled([...shows].map(([server, some]) => readOn(server, some)))
      const told = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
      const failed = answers.find((answer) => answer.status === 'rejected')
      if (failed && told.length === 0) throw failed.reason
      return new Map(told.flat())
    },

    /**
     * Wins for `forMs` the right to do something that one process at a time should do. A courtesy, no guard. What is done
     * for one show is asked of the show's server: another one being away is no reason to wait.
     */
    async leads(task: string, processId: string, forMs: number, showId?: number): Promise<boolean> {
      const key = showId === undefined ? `${keyPrefix}lead:${task}` : `${baseOf(showId)}:lead:${task}`
      const server = servers.holding(key)
      if (!server) throw new LedgerAway()
      try {
        if (await server.redis.set(key, processId, 'PX', forMs, 'NX')) return true
        return (await server.redis.get(key)) === processId
      } catch (error) {
        void servers.mayAskAgain(error)
        throw ledgerFailure(error)
      }
    },
  }

  type Told = [showId: number, position: replies.LedgerPosition | null]

  async function readOn(server: RedisServer | null, showIds: number[]): Promise<Told[]> {
    const home = server?.home()
    if (!server || !home) throw new LedgerAway()
    const pipeline = server.redis.pipeline()
    for (const showId of showIds) pipeline.hmget(`${baseOf(showId)}:meta`, 'home', 'epoch', 'seq')
    const answers = await pipeline.exec().catch((error: unknown) => {
      throw ledgerFailure(error)
    })
    let failure: Error | null = null
    const told = showIds.flatMap((showId, index): Told[] => {
      const [error, fields] = answers?.[index] ?? [new Error('no reply'), null]
      if (error) {
        failure = error
        return []
      }
      const [builtOn, epoch, seq] = fields as (string | null)[]
      return [[showId, builtOn === home ? { epoch: Number(epoch), seq: Number(seq) } : null]]
    })
    if (failure) void servers.mayAskAgain(failure)
    if (failure && told.length === 0) throw ledgerFailure(failure)
    return told
  }
}
