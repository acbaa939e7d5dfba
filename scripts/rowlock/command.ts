/** One command of the command line: its words, what it takes, and what it does. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Instance } from './instance.ts'

export interface Command {
  /** The word or two that name it. */
  name: string
  usage: string
  about: string
  /** Returns the exit code. */
  run(args: string[], instance: Instance): Promise<number>
}

/** The command line is not what the command takes; the usage is shown after the sentence. */
export class BadUsage extends Error {}

export function readArgs<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new BadUsage(error instanceof Error ? error.message : String(error))
  }
}

/** The one thing a command is about: a file, a key. */
export function onlyPositional(positionals: string[], what: string): string {
  const [first] = positionals
  if (first === undefined || positionals.length > 1) {
    throw new BadUsage(`Expected one ${what}, got ${positionals.length}: ${positionals.join(' ')}`)
  }
  return first
}
