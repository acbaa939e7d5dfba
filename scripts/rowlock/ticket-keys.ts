/** The keys of ticket codes, by command: list, rotate, revoke, expire. */
import { randomBytes } from 'node:crypto'
import { systemClock } from '../../src/platform/clock.ts'
import { type KeySealer, type ListedKey, openTicketing, type Ticketing } from '../../src/ticket/index.ts'
import { BadUsage, type Command, onlyPositional, readArgs } from './command.ts'
import type { Instance } from './instance.ts'

/** Keys rest sealed, so every command that makes or reads one needs what seals them. */
export function ticketKeysCommands(openSealer: (env: NodeJS.ProcessEnv) => KeySealer): Command[] {
  const open = async (instance: Instance): Promise<Ticketing> => {
    const { pool } = await instance.postgres()
    return openTicketing({ pool, sealer: openSealer(instance.env()), clock: systemClock, randomBytes })
  }
  return [
    {
      name: 'ticket-keys list',
      usage: '',
      about: 'Shows the keys of ticket codes, the active one first.',
      async run(args, instance) {
        refuseWords(args)
        const keys = await (await open(instance)).listKeys()
        for (const key of keys) console.log(lineOf(key))
        if (keys.length === 0) console.log('There is no key yet; the first code that is shown makes one.')
        return 0
      },
    },
    {
      name: 'ticket-keys rotate',
      usage: '',
      about: 'Makes new codes with a new key. Codes that were shown stay valid until their shows are over.',
      async run(args, instance) {
        refuseWords(args)
        const { activeKeyId, verifyOnlyKeyId, expiredKeyIds } = await (await open(instance)).rotateKeys()
        console.log(`${activeKeyId} is the active key.`)
        if (verifyOnlyKeyId)
          console.log(`${verifyOnlyKeyId} makes no codes for new tickets; its codes stay valid.`)
        for (const keyId of expiredKeyIds)
          console.log(`${keyId} is erased: the shows of its tickets are over.`)
        console.log('Gates that work without network need the new key: send them their bundles again.')
        return 0
      },
    },
    {
      name: 'ticket-keys revoke',
      usage: 'KEY --because "what happened"',
      about:
        'Refuses all codes of a key, at once and for ever. Holders get new codes when they look at their tickets.',
      async run(args, instance) {
        const { values, positionals } = readArgs(args, { because: { type: 'string' } })
        const keyId = onlyPositional(positionals, 'key, by its id')
        const because = values.because?.trim()
        if (!because || because.length > 200) {
          throw new BadUsage('Expected --because with a sentence of up to 200 characters.')
        }
        const { activeKeyId, ticketsWithoutCode } = await (await open(instance)).revokeKey({ keyId, because })
        console.log(`${keyId} is revoked and erased. ${activeKeyId} is the active key.`)
        console.log(
          `${ticketsWithoutCode} tickets get a new code when they are next shown: tell their holders.`,
        )
        console.log(
          'Gates that work without network accept the old codes until they get their bundles again.',
        )
        return 0
      },
    },
    {
      name: 'ticket-keys expire',
      usage: '',
      about: 'Erases the keys whose shows are all over. Rotating does it too.',
      async run(args, instance) {
        refuseWords(args)
        const expired = await (await open(instance)).expireKeys()
        console.log(expired.length === 0 ? 'No key is due.' : `Erased: ${expired.join(', ')}.`)
        return 0
      },
    },
  ]
}

function refuseWords(args: string[]): void {
  const { positionals } = readArgs(args, {})
  if (positionals.length > 0) throw new BadUsage(`Expected nothing more, got ${positionals.join(' ')}.`)
}

function lineOf({ keyId, state, createdAt, revokedBecause, tickets, lastShowAt }: ListedKey): string {
  const until = lastShowAt ? `, the last show on ${day(lastShowAt)}` : ''
  const why = revokedBecause ? ` (${revokedBecause})` : ''
  return `${keyId}  ${state.replace('_', '-').padEnd(11)}  made ${day(createdAt)}  ${tickets} tickets${until}${why}`
}

const day = (at: Date) => at.toISOString().slice(0, 10)
