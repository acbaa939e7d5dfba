/** Who is calling, once a token was verified or none was sent. A buyer id tells nobody who the buyer is. */
export const roles = ['customer', 'organiser', 'gate', 'admin'] as const

export type Role = (typeof roles)[number]

export type Viewer = Anonymous | Guest | Account

/** Looks at what is public, and cannot buy. */
export interface Anonymous {
  readonly kind: 'anonymous'
  readonly buyerId: null
  readonly roles: readonly []
  readonly expiresAt: null
}

/** Has a guest token of ours: may buy without an account. */
export interface Guest {
  readonly kind: 'guest'
  readonly buyerId: string
  readonly roles: readonly []
  /** When the token ends. */
  readonly expiresAt: Date
  /** What its tokens have in common; `beganS` is seconds since the epoch. */
  readonly session: { readonly id: string; readonly beganS: number }
}

export interface Account {
  readonly kind: 'account'
  readonly buyerId: string
  /** The account's name at its issuer. */
  readonly subject: string
  readonly roles: readonly Role[]
  readonly expiresAt: Date
}

export const anonymous: Anonymous = Object.freeze({
  kind: 'anonymous',
  buyerId: null,
  roles: [] as const,
  expiresAt: null,
})
