/** What ticketing seals, for the rotation of keys. */
import type { SealedColumn } from '../platform/sealed.ts'
import { checkingContext, signingContext } from './sealed-key.ts'

export const sealedByTicketing: readonly SealedColumn[] = [
  {
    what: 'signing keys of ticket codes',
    table: 'ticket_key',
    idColumn: 'id',
    idType: 'text',
    column: 'sealed_signing',
    contextOf: signingContext,
  },
  {
    what: 'checking keys of ticket codes',
    table: 'ticket_key',
    idColumn: 'id',
    idType: 'text',
    column: 'sealed_checking',
    contextOf: checkingContext,
  },
]
