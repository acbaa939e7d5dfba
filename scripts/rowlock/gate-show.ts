/** What an operator sees and takes of a show's gates: its conflicts, and its bundle for devices that are filled by hand. */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { openCatalog } from '../../src/catalog/index.ts'
import { openGate, type ScanConflict } from '../../src/gate/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { type KeySealer, openTicketing } from '../../src/ticket/index.ts'
import { BadUsage, type Command, onlyPositional, readArgs } from './command.ts'
import type { Instance } from './instance.ts'

const conflictsPerPage = 100

export function gateCommands(openSealer: (env: NodeJS.ProcessEnv) => KeySealer): Command[] {
  const open = async (instance: Instance, showKey: string) => {
    const { pool } = await instance.postgres()
    const { rows } = await pool.query<{ id: number }>('SELECT id FROM show WHERE key = $1', [showKey])
    const [show] = rows
    if (!show) throw new BadUsage(`Expected the key of a show (show list has them), got ${showKey}.`)
    const sealer = openSealer(instance.env())
    const ticketing = openTicketing({ pool, sealer, clock: systemClock, randomBytes })
    const gate = openGate({ pool, ticketing, catalog: openCatalog(pool), clock: systemClock })
    return { gate, showId: show.id }
  }
  return [
    {
      name: 'gate conflicts',
      usage: 'SHOW',
      about: 'Lists the tickets of a show that let in more than one, or that were let in and did not hold.',
      async run(args, instance) {
        const { positionals } = readArgs(args, {})
        const { gate, showId } = await open(instance, onlyPositional(positionals, 'show, by its key'))
        let count = 0
        for (let after: string | null = null; ; ) {
          const page: ScanConflict[] = await gate.findConflicts({ showId, first: conflictsPerPage, after })
          for (const conflict of page) console.log(linesOf(conflict))
          count += page.length
          after = page.at(-1)?.ticketId ?? null
          if (page.length < conflictsPerPage) break
        }
        const { tickets, entered } = await gate.count(showId)
        console.log(`${count} conflicts; ${entered} of ${tickets} tickets were let in.`)
        return 0
      },
    },
    {
      name: 'gate bundle',
      usage: 'SHOW --out FILE',
      about:
        'Writes what a device needs to check the tickets of a show without network. It holds keys: keep it safe.',
      async run(args, instance) {
        const { values, positionals } = readArgs(args, { out: { type: 'string' } })
        const showKey = onlyPositional(positionals, 'show, by its key')
        if (!values.out) throw new BadUsage('Expected --out with the file to write.')
        const { gate, showId } = await open(instance, showKey)
        const bytes = await gate.bundle(showId)
        writeFileSync(values.out, bytes, { mode: 0o600 })
        console.log(`${values.out}: ${bytes.length} bytes.`)
        return 0
      },
    },
  ]
}

function linesOf({ ticketId, seatNo, entry, scans }: ScanConflict): string {
  const lines = scans.map(
    ({ kind, scan }) => `  ${kind}: ${scan.scannedAt.toISOString()} at ${scan.gate} by ${scan.device}`,
  )
  const first = entry ? `, in since ${entry.scannedAt.toISOString()} at ${entry.gate} by ${entry.device}` : ''
  return [`ticket ${ticketId}, seat_no ${seatNo}${first}`, ...lines].join('\n')
}
