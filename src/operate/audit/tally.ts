/** Counts every finding and keeps the first few of each check, so that a broken system does not fill the memory too. */
import type { Finding } from './check.ts'

export interface CheckResult {
  name: string
  promise: string
  findings: number
}

export interface Tally {
  /** A check that was made, also when it found nothing. */
  made(check: { name: string; promise: string }): void
  add(findings: readonly Finding[]): void
  checks(): CheckResult[]
  listed(): Finding[]
}

export function openTally(findingsPerCheckMax: number): Tally {
  const results = new Map<string, CheckResult>()
  const listed: Finding[] = []
  return {
    made({ name, promise }) {
      if (!results.has(name)) results.set(name, { name, promise, findings: 0 })
    },
    add(findings) {
      for (const finding of findings) {
        const result = results.get(finding.check)
        if (!result) throw new Error(`A finding of ${finding.check}, which was not made`)
        result.findings += 1
        if (result.findings <= findingsPerCheckMax) listed.push(finding)
      }
    },
    checks: () => [...results.values()],
    listed: () => listed,
  }
}
