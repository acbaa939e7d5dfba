/** Why an embedded server cannot be had. The message names the cause and the next command, for a person to read. */
export class EmbeddedFailure extends Error {
  override readonly name: string = 'EmbeddedFailure'
}

/** Gives what the file system refused (no space, no permission) a next command; everything else stays as it is. */
export function explained(error: unknown, doing: string): unknown {
  const refused = error instanceof Error && 'syscall' in error
  if (error instanceof EmbeddedFailure || !refused) return error
  return new EmbeddedFailure(
    `${doing}: ${error.message}. \`npm run doctor\` checks permissions and disk space.`,
  )
}

/** The folder belongs to a process that is alive. */
export class FolderInUse extends EmbeddedFailure {
  override readonly name = 'FolderInUse'
}

/** The chosen port was taken by somebody else between looking and listening. */
export class PortTaken extends EmbeddedFailure {
  override readonly name = 'PortTaken'
}
