/**
 * Runs the scripts of ./ledger on the connected server, each all-or-nothing, and tells the server's silence (LedgerAway:
 * the outcome is unknown, and every script may be repeated) from a fault of a script.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { RedisServer, RedisServers } from '../platform/redis.ts'
import type { ScriptArgs } from './ledger-calls.ts'
import type { Reply } from './ledger-replies.ts'
import { LedgerAway } from './refusals.ts'

interface Script {
  text: string
  sha: string
}

export const scripts = {
  place: script('prelude', 'guard', 'place'),
  withdraw: script('prelude', 'guard', 'withdraw'),
  extend: script('prelude', 'guard', 'extend'),
  checkout: script('prelude', 'guard', 'checkout'),
  leaveCheckout: script('prelude', 'guard', 'leave-checkout'),
  settle: script('prelude', 'guard', 'settle'),
  expire: script('prelude', 'guard', 'expire'),
  read: script('prelude', 'guard', 'read'),
  look: script('prelude', 'guard', 'look'),
  load: script('prelude', 'load'),
  remove: script('prelude', 'remove'),
}

function script(...parts: string[]): Script {
  const text = parts
    .map((name) => readFileSync(new URL(`./ledger/${name}.lua`, import.meta.url), 'utf8'))
    .join('\n')
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** Each of them waited a moment: together about a second, while a slot moves or a failover is under way. */
const attemptsMax = 10

/** Every script gets the show's base key, and the home of the server it runs on, at every attempt anew. */
export async function runScript(
  servers: RedisServers,
  script: Script,
  baseKey: string,
  args: ScriptArgs,
): Promise<Reply> {
  for (let attempt = 1; ; attempt++) {
    const server = servers.holding(baseKey)
    const home = server?.home()
    if (!server || !home) throw new LedgerAway()
    try {
      return await runOn(server, script, [baseKey, home, ...args])
    } catch (error) {
      if (attempt === attemptsMax || !(await servers.mayAskAgain(error))) throw ledgerFailure(error)
    }
  }
}

async function runOn({ redis }: RedisServer, script: Script, keyAndArgs: ScriptArgs): Promise<Reply> {
  try {
    return (await redis.evalsha(script.sha, 1, ...keyAndArgs)) as Reply
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
  }
  return (await redis.eval(script.text, 1, ...keyAndArgs)) as Reply
}

/** A script's own error is a fault of ours; everything else means that Redis gave no answer. */
export function ledgerFailure(error: unknown): unknown {
  if (error instanceof LedgerAway) return error
  const message = error instanceof Error ? error.message : String(error)
  if (/^(ERR|WRONGTYPE)/.test(message)) return error
  return new LedgerAway(error)
}
