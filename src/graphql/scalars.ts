/** DateTime: an instant. Read strictly, so that a local time without an offset is refused and not guessed. */
import { GraphQLError } from 'graphql'
import { builder } from './builder.ts'

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/i

builder.scalarType('DateTime', {
  description: 'An instant as RFC 3339 text with an offset: "2026-11-23T18:30:00Z". Answers are in UTC.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const instant = typeof value === 'string' && isOnCalendar(value) ? new Date(value) : null
    if (!instant || Number.isNaN(instant.getTime())) {
      throw new GraphQLError(
        'A DateTime is RFC 3339 text with an offset, for example "2026-11-23T18:30:00Z".',
      )
    }
    return instant
  },
})

/** JavaScript reads the 30th of February as a day in March. */
function isOnCalendar(text: string): boolean {
  const [, year = '', month = '', day = ''] = rfc3339.exec(text) ?? []
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
}
