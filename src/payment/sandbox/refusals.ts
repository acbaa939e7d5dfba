/**
 * A request that is answered with a status, a code and a sentence, and changed nothing. As in the networks this stands
 * in for, it matters when it was refused: before anything began, the key stays unused and the request can be mended;
 * once it was judged against an intent's state, the refusal is the key's answer.
 */
export class SandboxRefusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** The intent's state does not allow it. Stored as the key's answer. */
export class StateRefusal extends SandboxRefusal {
  constructor(code: string, message: string) {
    super(409, code, message)
  }
}

export const noSuchRoute = (): SandboxRefusal =>
  new SandboxRefusal(404, 'no_such_route', 'There is nothing here. docs/sandbox-gateway.md lists the routes')
