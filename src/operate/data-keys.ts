/**
 * Rotation of the keys that data rests under: what another key sealed is opened and sealed anew. A value is replaced only
 * while it is still the one that was read, so this runs beside the sale, and may be cut off and run again.
 */
import { sealedByBookings } from '../booking/index.ts'
import type { Pool } from '../platform/postgres.ts'
import { NotSealed, type SealedColumn, type Sealer } from '../platform/sealed.ts'
import { sealedByTicketing } from '../ticket/index.ts'

const columns = [...sealedByBookings, ...sealedByTicketing]
const pageRows = 500

export interface SealedCount {
  what: string
  keyId: string
  values: number
}

/** What rests under which key; a value of another form counts under the key "". */
export async function countSealed(pool: Pool): Promise<SealedCount[]> {
  const counts: SealedCount[] = []
  for (const { what, table, column } of columns) {
    const { rows } = await pool.query<{ keyId: string; values: number }>(
      `SELECT CASE WHEN ${column} LIKE 'v1.%.%.%' THEN split_part(${column}, '.', 2) ELSE '' END AS "keyId",
              count(*)::int AS values
         FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY 1`,
    )
    counts.push(...rows.map((row) => ({ what, ...row })))
  }
  return counts
}

export interface Rotation {
  pool: Pool
  sealer: Sealer
  /** Sealed anew so far, of those that were counted before. */
  onProgress: (what: string, values: number) => void
}

/** A value that none of the keys opens is left as it is. */
export interface Unopened {
  what: string
  id: string
  why: string
}

export async function rotateSealed(rotation: Rotation): Promise<Unopened[]> {
  const unopened: Unopened[] = []
  for (const column of columns) {
    let after: string | null = null
    do {
      const page: Page = await rotatePage(rotation, column, after)
      unopened.push(...page.unopened)
      rotation.onProgress(column.what, page.rows)
      after = page.last
    } while (after !== null)
  }
  return unopened
}

interface Page {
  rows: number
  /** Null: there is nothing behind it. */
  last: string | null
  unopened: Unopened[]
}

async function rotatePage(
  { pool, sealer }: Rotation,
  place: SealedColumn,
  after: string | null,
): Promise<Page> {
  const { what, table, idColumn, idType, column, contextOf } = place
  const { rows } = await pool.query<{ id: string; sealed: string }>(
    `SELECT ${idColumn}::text AS id, ${column} AS sealed FROM ${table}
      WHERE ${column} IS NOT NULL AND NOT starts_with(${column}, $1) AND ($2::${idType} IS NULL OR ${idColumn} > $2)
      ORDER BY ${idColumn} LIMIT ${pageRows}`,
    [`v1.${sealer.currentKeyId}.`, after],
  )
  const unopened: Unopened[] = []
  const anew: { id: string; old: string; sealed: string }[] = []
  for (const { id, sealed } of rows) {
    try {
      anew.push({ id, old: sealed, sealed: sealer.seal(sealer.open(sealed, contextOf(id)), contextOf(id)) })
    } catch (error) {
      if (!(error instanceof NotSealed)) throw error
      unopened.push({ what, id, why: error.message })
    }
  }
  await pool.query(
    `UPDATE ${table} AS t SET ${column} = anew.sealed
       FROM unnest($1::${idType}[], $2::text[], $3::text[]) AS anew (id, old, sealed)
      WHERE t.${idColumn} = anew.id AND t.${column} = anew.old`,
    [anew.map(({ id }) => id), anew.map(({ old }) => old), anew.map(({ sealed }) => sealed)],
  )
  return { rows: rows.length, last: rows.length < pageRows ? null : (rows.at(-1)?.id ?? null), unopened }
}
