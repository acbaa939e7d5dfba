/** Reading an operation's text: bounded before anything is made of it. */
import type { GraphQLError, ParseOptions } from 'graphql'
import { graphqlLimits } from './graphql-limits.ts'
import { limitError, withExtensions } from './limit-error.ts'

const { tokensMax } = graphqlLimits

export const parseOptions = {
  maxLexicalTokens: tokensMax,
  // Comments are no tokens.
  maxComments: tokensMax,
} as const satisfies ParseOptions

/** A text that cannot be read, as an error with a code. */
export function asParseError(error: GraphQLError): GraphQLError {
  if (/contains more tha[nt] \d+ tokens/.test(error.message)) {
    const message =
      `An operation has at most ${tokensMax} tokens (names, values and punctuation); this one has more. ` +
      'Send values as variables, or several requests.'
    return limitError('TOO_MANY_TOKENS', message, { limit: tokensMax })
  }
  return withExtensions(error, { code: 'GRAPHQL_PARSE_FAILED' })
}
