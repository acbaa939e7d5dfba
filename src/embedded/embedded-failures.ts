/** Why an embedded server cannot be had. The message names the cause and the next command, for a person to read. */
export class EmbeddedFailure extends Error {
  override readonly name: string = 'EmbeddedFailure'
}

/** The folder belongs to a process that is alive. */
export class FolderInUse extends EmbeddedFailure {
  override readonly name = 'FolderInUse'
}

/** The chosen port was taken by somebody else between looking and listening. */
export class PortTaken extends EmbeddedFailure {
  override readonly name = 'PortTaken'
}
