/**
 * What a client is told of an error. Refusals, outages, and what is wrong with the request itself are told as they
 * are; anything else is a fault, of which the client learns a request id and the log the rest. The same over HTTP and
 * WebSocket.
 */
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { Outage, Refusal } from '../platform/failures.ts'
import { withoutLongNumbers } from './hide-numbers.ts'
import { graphqlLimits } from './limits/graphql-limits.ts'
import { asParseError } from './limits/read-document.ts'

/** What a log has to be able to do for this. */
export interface FaultLog {
  error(fields: object, message: string): void
}

interface Told {
  message: string
  extensions: Record<string, unknown>
}

export function maskError(error: unknown, requestId: string, log: FaultLog): GraphQLFormattedError {
  const root = rootOf(error)
  const { locations, path } = error instanceof GraphQLError ? error : {}
  const refused = whatToTell(error, root)
  if (!refused) log.error({ err: root, requestId, path: path?.join('.') }, 'An operation failed')
  const told = refused ?? faultOf(requestId)
  return {
    message: shortened(withoutLongNumbers(told.message)),
    ...(locations ? { locations } : {}),
    ...(path ? { path } : {}),
    extensions: told.extensions,
  }
}

/** Null: a fault. */
function whatToTell(error: unknown, root: unknown): Told | null {
  if (root instanceof Refusal) return { message: root.message, extensions: { code: root.code } }
  if (root instanceof Outage) {
    return { message: root.message, extensions: { code: root.code, retryAfterMs: root.retryAfterMs } }
  }
  if (!(root instanceof GraphQLError) || !(error instanceof GraphQLError)) return null
  const rootCode = codeOf(root)
  // A path means that the operation was already running, where nobody but us makes errors without a code, except
  // where a variable's value turned out not to fit the argument it stands in.
  if (error.path && rootCode === undefined) {
    return isAboutInput(root) ? { message: root.message, extensions: { code: 'BAD_USER_INPUT' } } : null
  }
  const code = rootCode ?? codeOf(error) ?? 'BAD_REQUEST'
  const { message, extensions } = code === 'GRAPHQL_PARSE_FAILED' ? asParseError(root) : root
  const { http: _http, stacktrace: _stacktrace, ...kept } = extensions
  return { message: clearer(message), extensions: { code, ...kept } }
}

function faultOf(requestId: string): Told {
  const message = `Something went wrong on our side. Give the request id ${requestId} to support.`
  return { message, extensions: { code: 'INTERNAL', requestId } }
}

/** Where an error began: resolvers' errors arrive wrapped, once by graphql and perhaps again by the server. */
export function rootOf(error: unknown): unknown {
  let root = error
  while (root instanceof GraphQLError && root.originalError) root = root.originalError
  return root
}

function codeOf({ extensions }: GraphQLError): string | undefined {
  return typeof extensions.code === 'string' ? extensions.code : undefined
}

function isAboutInput({ nodes }: GraphQLError): boolean {
  const kind = nodes?.[0]?.kind
  return kind !== undefined && (kind === 'Variable' || kind.endsWith('Value'))
}

/** Sentences of the libraries that do not say what was expected, with ours in their place. */
const clearerSentences: Record<string, string> = {
  // graphql gives up where very many fields of the same name would have to be compared.
  'Validation aborted.':
    'The same fields are named too often to compare them all. Name each field once where you need it.',
  'POST body missing, invalid Content-Type, or JSON object has no keys.':
    'A request is a JSON object with an operation in it, and this body is none. Send {"query": "…", "variables": {…}}.',
  'Operation batching disabled.':
    'A request is one operation, and this body is a list. Send each operation by itself.',
  'GraphQL queries must be strings.':
    'The "query" of a request is the text of an operation; this one is no text.',
  'GraphQL operations must contain a non-empty `query` or a `persistedQuery` extension.':
    'The request has no operation. Send its text as "query": {"query": "…"}.',
}

const clearer = (message: string) => clearerSentences[message] ?? message

const { messageCharsMax } = graphqlLimits

function shortened(text: string): string {
  return text.length > messageCharsMax ? `${text.slice(0, messageCharsMax)}…` : text
}
