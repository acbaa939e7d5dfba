/** The one schema builder. Every field is required unless it says otherwise, and every type is described. */
import SchemaBuilder from '@pothos/core'
import ErrorsPlugin from '@pothos/plugin-errors'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import type PrismaTypes from '../generated/pothos.ts'
import { getDatamodel } from '../generated/pothos.ts'
import { isSignedIn, worksForTheHouse } from '../identity/index.ts'
import type { Context } from './context.ts'
import { printId, readNodeId } from './ids.ts'
import { graphqlLimits } from './limits/graphql-limits.ts'
import PageArgsPlugin from './page-args.ts'
import { NotAllowed } from './refusals.ts'
import { relayDescriptions } from './relay-descriptions.ts'

export interface SchemaTypes {
  Context: Context
  PrismaTypes: PrismaTypes
  DefaultFieldNullability: false
  DefaultEdgesNullability: false
  DefaultNodeNullability: false
  Scalars: {
    ID: { Input: string; Output: string | number }
    DateTime: { Input: Date; Output: Date }
  }
  AuthScopes: {
    /** Has an account or a guest session, and so may hold seats and bookings. */
    buyer: boolean
    /** Works for the house: organiser or admin. */
    staff: boolean
  }
}

// The errors plugin stands first, so that it also sees what the authorisation below it refuses.
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ErrorsPlugin, ScopeAuthPlugin, PageArgsPlugin, RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  prisma: {
    client: (context) => context.deps.database,
    dmmf: getDatamodel(),
    maxConnectionSize: graphqlLimits.pageSizeMax,
    defaultConnectionSize: graphqlLimits.pageSizeDefault,
    exposeDescriptions: false,
  },
  relay: {
    ...relayDescriptions,
    encodeGlobalID: printId,
    decodeGlobalID: readNodeId,
    nodesQueryOptions: false,
  },
  scopeAuth: {
    authScopes: ({ viewer }) => ({
      buyer: isSignedIn(viewer),
      staff: worksForTheHouse(viewer),
    }),
    unauthorizedError: () => new NotAllowed(),
  },
  errors: { defaultTypes: [] },
})
