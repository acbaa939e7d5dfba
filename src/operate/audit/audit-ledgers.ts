/**
 * Ledgers and claims, by the comparison of seating. A taking writes the ledger first and a giving the claim first, so
 * one look may catch either half way: a difference counts only when a second look, later, finds it unchanged.
 *
 * It changes nothing: a show whose ledger is not built has nothing to compare, and building one would be a change.
 */
import type { Pool } from '../../platform/postgres.ts'
import { ClaimsAway, type Difference, LedgerAway, type Seating } from '../../seating/index.ts'
import type { AuditLimits } from './audit-limits.ts'
import type { Finding } from './check.ts'
import type { StartProgress } from './progress.ts'
import { inSnapshot } from './snapshot.ts'

export type AuditedLedgers = Pick<Seating, 'positions' | 'compareShow'>

export const ledgerCheck = {
  name: 'ledgers_agree',
  promise: 'The ledger of a show says of every seat what its claim says',
  mend: 'The sweep of a running process repairs it within two rounds; if it stays, see its log for the task "sweep".',
}

export interface LedgerAudit {
  pool: Pool
  ledgers: AuditedLedgers
  limits: AuditLimits
  goOn: () => void
  startProgress: StartProgress
}

interface Show {
  id: number
  key: string
}

export interface LedgerLook {
  shows: number
  /** Shows whose ledger nobody has asked for since Redis was started. */
  unbuilt: number
  differing: { show: Show; differences: Difference[] }[]
}

/** The first look. */
export async function lookAtLedgers(audit: LedgerAudit): Promise<LedgerLook> {
  const { pool, ledgers, limits, goOn } = audit
  const shows = await inSnapshot(pool, limits, async (snapshot) => {
    const { rows } = await snapshot.query<Show>(
      `SELECT s.id, s.key FROM show_ledger f JOIN show s ON s.id = f.show_id
        WHERE s.starts_at > now() - interval '1 day' ORDER BY s.id`,
    )
    return rows
  })
  const look: LedgerLook = { shows: 0, unbuilt: 0, differing: [] }
  const progress = audit.startProgress('Comparing ledgers', shows.length)
  let room = limits.differencesMax
  try {
    for (let at = 0; at < shows.length; at += limits.showsPerPage) {
      const page = shows.slice(at, at + limits.showsPerPage)
      const positions = await ledgers.positions(page.map(({ id }) => id))
      for (const show of page) {
        goOn()
        progress.steps(1)
        // The server that has this show is away, while others answer.
        if (!positions.has(show.id)) throw new LedgerAway()
        if (!positions.get(show.id)) {
          look.unbuilt += 1
          continue
        }
        look.shows += 1
        const differences = (await ledgers.compareShow(show.id)).slice(0, room)
        room -= differences.length
        if (differences.length > 0) look.differing.push({ show, differences })
      }
    }
  } finally {
    progress.end()
  }
  return look
}

/** The second look, at what differed in the first. */
export async function lookAgain({ ledgers, goOn }: LedgerAudit, first: LedgerLook): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { show, differences } of first.differing) {
    goOn()
    const before = new Set(differences.map(keyOf))
    for (const difference of await ledgers.compareShow(show.id)) {
      if (before.has(keyOf(difference))) findings.push(findingOf(show, difference))
    }
  }
  return findings
}

const keyOf = ({ seatNo, ledger, claims }: Difference) => JSON.stringify([seatNo, ledger, claims])

function findingOf({ key }: Show, { seatNo, ledger, claims }: Difference): Finding {
  return {
    check: ledgerCheck.name,
    subject: `show ${key} seat ${seatNo}`,
    bookingId: null,
    expected: `the ledger to say what the claims say, ${said(claims)}`,
    found: said(ledger),
    mend: ledgerCheck.mend,
  }
}

const letterWords: Record<string, string> = { a: 'available', l: 'locked', b: 'booked', n: 'not for sale' }

const said = ({ letter, holder }: { letter: string; holder: string | null }) =>
  `${letterWords[letter] ?? `an unknown letter ${JSON.stringify(letter)}`}${holder ? ` by lock ${holder}` : ''}`

/** ClaimsAway comes when a ledger vanished between two questions and may not be rebuilt from here. */
export const isAway = (error: unknown): error is LedgerAway | ClaimsAway =>
  error instanceof LedgerAway || error instanceof ClaimsAway
