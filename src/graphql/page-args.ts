/**
 * Checks the arguments of every connection before anything is read: page sizes and, by the kind that the
 * field names in `extensions.cursor`, the cursors. A forged cursor would otherwise reach the database as a value
 * of the wrong type.
 */
import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import { isRowNumber } from './ids.ts'
import { graphqlLimits } from './limits/graphql-limits.ts'
import { BadCursor, BadPage } from './refusals.ts'

const { pageSizeMax } = graphqlLimits
const cursorCharsMax = 120

/** From the year 1 to 9999: what both JavaScript and PostgreSQL can tell. */
const isShowTime = (ms: string) => Number(ms) >= -62_135_596_800_000 && Number(ms) < 253_402_300_800_000

/** What the cursors of a connection look like once decoded. */
const cursorKinds = {
  /** A row's number. */
  number: (text: string) => isRowNumber(/^GPC:N:(\d+)$/.exec(text)?.[1] ?? ''),
  uuid: (text: string) => /^GPC:S:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text),
  /** An event's place in a search: time of its first show, number. */
  event: (text: string) => {
    const [, time = '', eventId = ''] = /^event:(-?\d{1,15})?\.(\d+)$/.exec(text) ?? []
    return isShowTime(time) && isRowNumber(eventId)
  },
  seat: (text: string) => /^seat:\d{1,6}$/.test(text),
} as const

type IsCursor = (text: string) => boolean

const pageArgsPlugin = 'pageArgs' as const
export default pageArgsPlugin

interface PageArgs {
  first?: number | null
  last?: number | null
  after?: string | null
  before?: string | null
}

class PageArgsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if (!('first' in field.args && 'after' in field.args)) return field
    const kind = field.extensions?.cursor
    if (typeof kind !== 'string' || !(kind in cursorKinds)) {
      throw new Error(`${field.parentType}.${field.name} is a connection and names no kind of cursor`)
    }
    const isCursor = cursorKinds[kind as keyof typeof cursorKinds]
    return {
      ...field,
      argMappers: [
        ...field.argMappers,
        (args) => {
          checkPage(args as PageArgs, isCursor)
          return args
        },
      ],
    }
  }
}

function checkPage(args: PageArgs, isCursor: IsCursor): void {
  for (const name of ['first', 'last'] as const) {
    const size = args[name]
    if (size != null && (size < 0 || size > pageSizeMax)) {
      throw new BadPage(`"${name}" is a page size from 0 to ${pageSizeMax}; this request asked for ${size}.`)
    }
  }
  if (args.first != null && args.last != null) {
    throw new BadPage('A page is taken from one end: send "first" or "last", not both.')
  }
  if ((args.before != null && args.first != null) || (args.after != null && args.last != null)) {
    throw new BadPage('Send "first" with "after", or "last" with "before".')
  }
  if (args.after != null && args.before != null) throw new BadPage('Send "after" or "before", not both.')
  for (const name of ['after', 'before'] as const) {
    const cursor = args[name]
    if (cursor == null) continue
    if (cursor.length > cursorCharsMax || !isCursor(decode(cursor))) throw new BadCursor(name)
  }
}

const decode = (cursor: string) => Buffer.from(cursor, 'base64').toString('latin1')

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      pageArgs: PageArgsPlugin<Types>
    }
  }
}

SchemaBuilder.registerPlugin(pageArgsPlugin, PageArgsPlugin)
