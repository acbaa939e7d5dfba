/**
 * Runs a subscription. Who may watch what is decided for each subscriber, by the field's own `subscribe`. What comes after
 * is executed once for all who asked for the same, where the answer is the same for everyone, and its bytes go past
 * graphql-ws to the sockets; graphql-ws then only waits for the end. Anything else is executed for its subscriber alone,
 * and frames of seats at a bounded rate.
 */
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
} from 'graphql'
import { type Context, type PreparedOperation, shareKeyOf } from '../graphql/index.ts'
import { liveLimits, type Outlet, type SharedOperation, TooManyWatchers, Watcher } from '../live/index.ts'
import { PreparedMessage } from './prepared-message.ts'

export interface BegunOperation extends PreparedOperation {
  contextValue: Context
  outlet: Outlet
}

export interface FollowDeps {
  /** What a caller without a name sees: shared answers are executed with it. */
  everyone(): Context
  /** The result as clients may see it. */
  mask(result: ExecutionResult): ExecutionResult
}

type Followed = AsyncIterableIterator<ExecutionResult, undefined> | ExecutionResult

export function openFollowing(deps: FollowDeps) {
  return async function follow(begun: BegunOperation): Promise<Followed> {
    const source = await createSourceEventStream(begun)
    if (!(Symbol.asyncIterator in source)) return source
    if (!(source instanceof Watcher)) return each(source as AsyncIterable<unknown>, begun)
    const operation = shared(begun, deps)
    if (operation && source.share(operation, begun.outlet)) {
      forget(begun)
      // It yields nothing: it ends when the hub or the client ends it.
      return source as AsyncIterableIterator<never, undefined>
    }
    if (source.readAlone(liveLimits.aloneEveryMs)) return each(source, begun)
    source.end()
    const error = new TooManyWatchers()
    return { errors: [new GraphQLError(error.message, { originalError: error })] }
  }
}

/** Null where the answer may depend on who asks. */
function shared(begun: BegunOperation, deps: FollowDeps): SharedOperation | null {
  const key = shareKeyOf(begun)
  if (key === null) return null
  const { schema, document, operationName, variableValues } = begun
  const args: ExecutionArgs = { schema, document, operationName, variableValues }
  return {
    key,
    prepare(frame) {
      const result = execute({ ...args, rootValue: frame, contextValue: deps.everyone() })
      if (result instanceof Promise) throw new Error('An operation that is the same for everyone had to wait')
      return new PreparedMessage(deps.mask(result as ExecutionResult))
    },
  }
}

/** graphql-ws keeps what a subscription began with for as long as it runs; a shared one needs none of it. */
function forget(begun: BegunOperation): void {
  for (const name of Object.keys(begun)) Reflect.set(begun, name, undefined)
}

/** Hand-written: ending it settles whoever waits in the source. */
function each(
  source: AsyncIterable<unknown>,
  args: ExecutionArgs,
): AsyncIterableIterator<ExecutionResult, undefined> {
  const events: AsyncIterator<unknown> = source[Symbol.asyncIterator]()
  const ended = { value: undefined, done: true } as const
  const results: AsyncIterableIterator<ExecutionResult, undefined> = {
    async next() {
      const { value, done } = await events.next()
      if (done) return ended
      return { value: await execute({ ...args, rootValue: value }), done: false }
    },
    async return() {
      await events.return?.()
      return ended
    },
    [Symbol.asyncIterator]: () => results,
  }
  return results
}
