/** The end of a program's log, to stand in the sentence that says how the program ended. */
import { existsSync, readFileSync } from 'node:fs'
import { embeddedLimits } from './embedded-limits.ts'

export function lastWordsIn(logFile: string): string {
  // Somebody may have deleted the folder of a running server; that is no reason to fail here.
  if (!existsSync(logFile)) return ''
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-embeddedLimits.lastWordsLinesMax)
  if (lines.join('') === '') return ''
  return ` Its last words, in ${logFile}:\n${lines.map((line) => `  ${line}`).join('\n')}`
}
