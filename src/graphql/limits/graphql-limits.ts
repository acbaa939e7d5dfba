/**
 * What one operation may ask for, the same over HTTP and WebSocket. All counts are of the operation as it would be
 * executed: fragments count wherever they are spread.
 */
export const graphqlLimits = Object.freeze({
  tokensMax: 1_000,
  /** Fields inside fields. */
  depthMax: 8,
  /**
   * Introspection describes types by nesting, so `__schema` and `__type` are counted on their own: what GraphiQL asks
   * is 13 to 15 deep. How often it may go from type to type is bounded by graphql's own rule.
   */
  introspectionDepthMax: 16,
  aliasesMax: 15,
  directivesMax: 5,
  rootFieldsMax: 10,
  /** Points: a field is one, and everything inside a list counts once per item (cost.ts). */
  costMax: 5_000,
  /** Assumed length of a list that says nothing about itself. */
  listSizeAssumed: 10,
  pageSizeMax: 100,
  pageSizeDefault: 20,
  /**
   * Items of a list in an argument. An argument whose mutation answers longer lists by a refusal of its own (101 seats
   * are a BadSeatCount) says so with `extensions: { rowlock: { listItemsMax } }`.
   */
  listItemsMax: 100,
  variablesDepthMax: 10,
  /** Keys of one object in variables. */
  objectKeysMax: 100,
  /** Problems with variables that are told; more are not looked for. */
  coercionErrorsMax: 10,
  validationErrorsMax: 20,
  /** Characters of an error message: values that clients sent are not sent back at length. */
  messageCharsMax: 400,
})

/** What a field or an argument may say of itself in `extensions: { rowlock: … }`. */
export interface LimitHints {
  /** Points of the field itself, instead of one. */
  cost?: number
  /** The most items its list has. */
  listSize?: number
  /** The most items that a list in this argument may have. */
  listItemsMax?: number
  /** What looks like a card number in this argument is answered by a refusal of its own. */
  refusesCardNumbers?: boolean
}

export function hintsOf(element: { readonly extensions?: unknown } | null | undefined): LimitHints {
  const extensions = element?.extensions as { rowlock?: LimitHints } | undefined
  return extensions?.rowlock ?? {}
}
