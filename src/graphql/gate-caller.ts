/** Who may scan: the people at the gate, and those of the house. And the gate's own word for a show that is not there. */
import { GateShowNotFound } from '../gate/index.ts'
import { type Account, hasRole, isSignedIn, worksForTheHouse } from '../identity/index.ts'
import type { Context } from './context.ts'
import { NotAllowed, NotSignedIn, ShowNotFound } from './refusals.ts'

/** Who scans, by the account's name: guests have no roles. */
export function requireGate({ viewer }: Context): { by: string; buyerId: string; isHouse: boolean } {
  if (!isSignedIn(viewer)) throw new NotSignedIn()
  const isHouse = worksForTheHouse(viewer)
  if (!isHouse && !hasRole(viewer, 'gate')) throw new NotAllowed()
  return { by: (viewer as Account).subject, buyerId: viewer.buyerId, isHouse }
}

export function requireHouse(context: Context): { by: string; buyerId: string } {
  const { by, buyerId, isHouse } = requireGate(context)
  if (!isHouse) throw new NotAllowed()
  return { by, buyerId }
}

export async function atShow<T>(step: Promise<T>): Promise<T> {
  try {
    return await step
  } catch (error) {
    if (error instanceof GateShowNotFound) throw new ShowNotFound()
    throw error
  }
}
