/** What bookings seal, for the rotation of keys. */
import type { SealedColumn } from '../platform/sealed.ts'
import { emailContext } from './buyer-email.ts'
import { methodContext } from './payment-method.ts'

export const sealedByBookings: readonly SealedColumn[] = [
  {
    what: 'payment tokens',
    table: 'payment',
    idColumn: 'id',
    idType: 'uuid',
    column: 'method',
    contextOf: methodContext,
  },
  {
    what: 'e-mail addresses',
    table: 'booking',
    idColumn: 'id',
    idType: 'uuid',
    column: 'email',
    contextOf: emailContext,
  },
]
