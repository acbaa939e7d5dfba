/**
 * Checks the arguments of every connection before anything is read: page sizes and, by the pattern that the
 * field names in `extensions.cursor`, the cursors. A forged cursor would otherwise reach the database as a value
 * of the wrong type.
 */
import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import { BadCursor, BadPage } from './refusals.ts'

export const pageSizeMax = 100
export const pageSizeDefault = 20
const cursorCharsMax = 120

/** What the cursors of a connection look like once decoded. */
const cursorPatterns = {
  /** A row's number. */
  number: /^GPC:N:[1-9]\d{0,9}$/,
  uuid: /^GPC:S:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  /** An event's place in a search: time of its first show, number. */
  event: /^event:(-?\d{1,15})?\.[1-9]\d{0,9}$/,
  seat: /^seat:\d{1,6}$/,
} as const

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
    if (typeof kind !== 'string' || !(kind in cursorPatterns)) {
      throw new Error(`${field.parentType}.${field.name} is a connection and names no cursor pattern`)
    }
    const pattern = cursorPatterns[kind as keyof typeof cursorPatterns]
    return {
      ...field,
      argMappers: [
        ...field.argMappers,
        (args) => {
          checkPage(args as PageArgs, pattern)
          return args
        },
      ],
    }
  }
}

function checkPage(args: PageArgs, pattern: RegExp): void {
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
    if (cursor.length > cursorCharsMax || !pattern.test(decode(cursor))) throw new BadCursor(name)
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
