/** Who may do what, as named predicates, so that a rule on a field reads as a sentence. */
import type { Account, Guest, Role, Viewer } from './viewer.ts'

/** Has a guest token or an account, and so may hold seats and bookings. */
export const isSignedIn = (viewer: Viewer): viewer is Guest | Account => viewer.kind !== 'anonymous'

/** An admin may do everything that any role may. */
export const hasRole = (viewer: Viewer, role: Role): boolean =>
  viewer.roles.some((held) => held === role || held === 'admin')

/** Sees bookings of others and runs sales. */
export const worksForTheHouse = (viewer: Viewer): boolean => hasRole(viewer, 'organiser')

/** Whether something with this buyer id is the viewer's own. */
export const isOwner = (viewer: Viewer, buyerId: string): boolean =>
  isSignedIn(viewer) && viewer.buyerId === buyerId
