/** How far an audit is. Whoever runs it on a schedule shows none. */
export type StartProgress = (what: string, total: number) => AuditProgress

export interface AuditProgress {
  steps(count: number): void
  end(): void
}
