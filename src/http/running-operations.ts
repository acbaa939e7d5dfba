/**
 * The subscriptions of one socket, each from the message that asked for it until nothing of it is left. graphql-ws
 * forgets an id as soon as its client says `complete`, although the operation may still be starting then. A client who
 * used the id again in that moment would leave one running that nobody counts and nobody ends.
 */
type Operation = AsyncIterable<unknown> & { return?: (value?: undefined) => Promise<unknown> }

export class RunningOperations {
  /** Null while it starts. */
  private readonly running = new Map<string, Operation | null>()
  private isClosed = false

  get size(): number {
    return this.running.size
  }

  /** False: there is one of this id, or something is left of it. */
  begin(id: string): boolean {
    if (this.running.has(id)) return false
    this.running.set(id, null)
    return true
  }

  runs(id: string, operation: Operation): void {
    if (this.isClosed) end(operation)
    else this.running.set(id, operation)
  }

  ended(id: string): void {
    this.running.delete(id)
  }

  close(): void {
    this.isClosed = true
    for (const operation of this.running.values()) if (operation) end(operation)
  }
}

/** Where ending it fails, its own loop fails too and tells the log. */
function end(operation: Operation): void {
  void operation.return?.().catch(() => {})
}
