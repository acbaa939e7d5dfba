/** A small schema with every kind of list, and what a test needs to hold operations against the limits. */
import { buildSchema, type GraphQLError, type GraphQLSchema } from 'graphql'
import { type PreparedOperation, prepareSubscription } from '../../src/graphql/limits.ts'

export const schema: GraphQLSchema = withHints(
  buildSchema(`
    type Query {
      shows(first: Int, last: Int, after: String): ShowConnection!
      seats(names: [String!], many: [String!], filter: Filter, nested: [[Int!]!]): [Seat!]!
      show(id: ID!): Show
      dear: Int!
    }
    type Mutation { keep(names: [String!]!): Int! }
    type Subscription { seat(name: String, names: [String!], filter: Filter, shows: Int): Seat }
    type ShowConnection { edges: [ShowEdge!]! pageInfo: PageInfo! }
    type PageInfo { endCursor: String hasNextPage: Boolean! }
    type ShowEdge { cursor: String! node: Show! }
    type Show { id: ID! title: String! next: Show shows(first: Int = 5): ShowConnection! seats: [Seat!]! rows: [[Seat!]!]! }
    type Seat { name: String! show: Show! shows(first: Int, last: Int): ShowConnection! }
    input Filter { names: [String!] inner: Filter }
  `),
)

function withHints(built: GraphQLSchema): GraphQLSchema {
  const query = built.getQueryType()?.getFields()
  const seats = built.getType('Show')
  const long = query?.seats?.args.find(({ name }) => name === 'many')
  if (!query?.dear || !query.seats || !long || !seats)
    throw new Error('The schema of this test is not what it was')
  query.dear.extensions = { rowlock: { cost: 4_999 } }
  query.seats.extensions = { rowlock: { listSize: 30 } }
  long.extensions = { rowlock: { listItemsMax: 200 } }
  return built
}

export function prepare(
  query: string,
  variables?: Record<string, unknown>,
  introspection = true,
): PreparedOperation | readonly GraphQLError[] {
  return prepareSubscription({ schema, introspection }, { query, variables })
}

export function codesOf(prepared: PreparedOperation | readonly GraphQLError[]): unknown[] {
  return 'document' in prepared ? [] : [...new Set(prepared.map(({ extensions }) => extensions.code))]
}
