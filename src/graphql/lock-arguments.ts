/** What the arguments of the lock mutations have in common. */
import type { LimitHints } from './limits.ts'

/** One seat too many is a refusal of its own, BadSeatCount, so such lists are let in. */
export const refusesLongLists: { rowlock: LimitHints } = { rowlock: { listItemsMax: 1_000 } }

export const lockKeyDescription =
  'Your own name of this request, 1 to 64 characters out of A-Z, a-z, 0-9, "-" and "_". A repeat with the same ' +
  'key and input finds the first answer.'
