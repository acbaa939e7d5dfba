import { countSealed, rotateSealed, type SealedCount } from '../../src/operate/index.ts'
import { openProgress } from '../../src/platform/progress.ts'
import type { Sealer } from '../../src/platform/sealed.ts'
import { type Command, readArgs } from './command.ts'
import type { Instance } from './instance.ts'

type SealerOf = (env: NodeJS.ProcessEnv) => Sealer

export function dataKeysCommands(sealerOf: SealerOf): Command[] {
  return [
    {
      name: 'keys list',
      usage: '',
      about: 'Counts what rests sealed under which key of DATA_KEYS.',
      async run(args, instance) {
        readArgs(args, {})
        const { pool } = await instance.postgres()
        const sealer = sealerOf(instance.env())
        printCounts(await countSealed(pool), sealer.currentKeyId)
        return 0
      },
    },
    {
      name: 'keys rotate',
      usage: '',
      about:
        'Seals anew, under the first key of DATA_KEYS, what rests under others. May be cut off and run again.',
      async run(args, instance) {
        readArgs(args, {})
        return await rotate(instance, sealerOf)
      },
    },
  ]
}

async function rotate(instance: Instance, sealerOf: SealerOf): Promise<number> {
  const { pool } = await instance.postgres()
  const sealer = sealerOf(instance.env())
  const isOld = ({ keyId }: SealedCount) => keyId !== sealer.currentKeyId
  const total = (await countSealed(pool)).filter(isOld).reduce((sum, { values }) => sum + values, 0)
  const progress = openProgress('Sealing anew', total)
  const unopened = await rotateSealed({
    ...{ pool, sealer },
    onProgress(_what, values) {
      for (let value = 0; value < values; value++) progress.step()
    },
  })
  progress.end()
  for (const { what, id, why } of unopened.slice(0, 20))
    console.error(`${what}: ${id} is left as it is. ${why}`)
  if (unopened.length > 20) console.error(`… and ${unopened.length - 20} more.`)

  const counts = await countSealed(pool)
  printCounts(counts, sealer.currentKeyId)
  const left = counts.filter(isOld)
  if (left.length === 0) {
    console.log(
      `Everything rests under ${sealer.currentKeyId}. The other keys may be taken out of DATA_KEYS.`,
    )
    return 0
  }
  console.error(
    unopened.length > 0
      ? 'Put the missing keys into DATA_KEYS, behind the first, and run this again. Take no key out.'
      : 'A process still seals with another key: restart it with the new DATA_KEYS, then run this again.',
  )
  return 1
}

function printCounts(counts: SealedCount[], currentKeyId: string): void {
  if (counts.length === 0) console.log('Nothing rests sealed yet.')
  for (const { what, keyId, values } of counts) {
    const key =
      keyId === '' ? 'of no known form' : `under ${keyId}${keyId === currentKeyId ? ' (seals)' : ''}`
    console.log(`${String(values).padStart(9)}  ${what} ${key}`)
  }
}
