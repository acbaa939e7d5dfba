/** startGuestSession: a signed token for buyers without an account. */
import { builder } from './builder.ts'
import { orTryAgain, requireCalm } from './mutation-steps.ts'
import { anyMutation } from './refusal-types.ts'

const StartGuestSessionOk = builder
  .objectRef<{ token: string; expiresAt: Date }>('StartGuestSessionOk')
  .implement({
    description: 'A guest session: whoever has its token can buy, and sees what was bought with it.',
    fields: (t) => ({
      token: t.exposeString('token', {
        description: 'Send it as "Authorization: Bearer <token>". Keep it secret.',
      }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the token ends.' }),
    }),
  })

builder.mutationField('startGuestSession', (t) =>
  t.field({
    type: StartGuestSessionOk,
    description:
      'Begins a guest session, for buying without an account. Sent with the token of a session that still holds, it answers a later token of the same session.',
    errors: {
      directResult: true,
      types: anyMutation,
      union: { name: 'StartGuestSessionResult', description: 'A guest session, or when to try again.' },
    },
    resolve: (_parent, _args, context) =>
      orTryAgain(async () => {
        await requireCalm(context, 'guest_session', context.address)
        const { viewer } = context
        return await context.deps.identity.issueGuestToken(viewer.kind === 'guest' ? viewer : undefined)
      }),
  }),
)
