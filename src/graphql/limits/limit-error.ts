/** Refusals of an operation for its size: which limit, what came, and what to do about it. */
import { type ArgumentNode, type ASTNode, GraphQLError, type GraphQLErrorExtensions } from 'graphql'

export type LimitCode =
  | 'TOO_MANY_TOKENS'
  | 'TOO_DEEP'
  | 'TOO_MANY_ALIASES'
  | 'TOO_MANY_DIRECTIVES'
  | 'TOO_MANY_ROOT_FIELDS'
  | 'TOO_COSTLY'
  | 'LIST_TOO_LONG'
  | 'BAD_PAGE'
  | 'VARIABLES_TOO_DEEP'
  | 'VARIABLES_TOO_WIDE'

export function limitError(
  code: LimitCode,
  message: string,
  bounds: { limit: number; came?: number },
  node?: ASTNode,
): GraphQLError {
  const extensions = { code, ...bounds, ...(bounds.came === undefined ? {} : { came: shown(bounds.came) }) }
  return new GraphQLError(message, { extensions, ...(node ? { nodes: [node] } : {}) })
}

/** The value itself is repeated nowhere. */
export function cardNumberError(node: ArgumentNode): GraphQLError {
  const message =
    `The argument "${node.name.value}" holds what looks like a card number, and card numbers are never accepted. Pay ` +
    'with a token of the payment gateway. If this is something else, join it to a letter: "n4111…".'
  return new GraphQLError(message, { nodes: [node], extensions: { code: 'CARD_NUMBER_REFUSED' } })
}

/** The operation is small enough, but its caller sent too many of them. */
export function overspentError(retryAfterMs: number): GraphQLError {
  const message =
    `Your operations of the last minute cost too much together. Try again in ${Math.ceil(retryAfterMs / 1000)} s, ` +
    'with smaller pages or fewer fields.'
  return new GraphQLError(message, { extensions: { code: 'RATE_LIMITED', retryAfterMs } })
}

/** The same error with other extensions. */
export function withExtensions(
  { message, nodes, source, positions }: GraphQLError,
  extensions: GraphQLErrorExtensions,
): GraphQLError {
  return new GraphQLError(message, { nodes: nodes ?? null, source, positions, extensions })
}

/** A fragment bomb counts to numbers that say nothing any more, and infinity is no JSON. */
const shownMax = 1_000_000

const shown = (count: number) => Math.min(count, shownMax)

export const printCount = (count: number) =>
  count > shownMax ? `more than ${shownMax.toLocaleString('en')}` : count.toLocaleString('en')
