/**
 * One desk for each browser: two tabs would keep their scans in the same place and not see each other's, so each would let
 * in the same ticket without network.
 */
const lockName = 'rowlock-gate-desk'
/** A tab that is being closed or loaded anew lets go within this. */
const waitMsMax = 3_000

export class AnotherDesk extends Error {
  constructor() {
    super(
      'Another tab of this browser is a gate already. Use that one, or close it and load this page again.',
    )
  }
}

/** Holds the browser's one desk until the signal is aborted. */
export async function holdDesk(until: AbortSignal): Promise<void> {
  if (!navigator.locks) return
  await new Promise<void>((held, refused) => {
    const signal = AbortSignal.timeout(waitMsMax)
    const hold = () =>
      new Promise<void>((release) => {
        if (until.aborted) release()
        until.addEventListener('abort', () => release())
        held()
      })
    navigator.locks.request(lockName, { signal }, hold).catch(() => refused(new AnotherDesk()))
  })
}
