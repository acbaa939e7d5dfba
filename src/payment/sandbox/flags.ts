/** The sandbox's command line. */
import { parseArgs } from 'node:util'
import { sandboxLimits } from './sandbox-limits.ts'

export interface Flags {
  /** 0: any free port. */
  port: number
  stateFile: string | undefined
  delayMs: number
  returnOrigins: string[]
  /** Ends when standard input ends, as a pipe from the parent does however the parent ends. */
  endsWithParent: boolean
}

/** The process cannot start as it was told to. */
export class BadFlags extends Error {}

export function readFlags(args: string[]): Flags {
  const values = parsed(args)
  return {
    port: wholeNumber('--port', values.port, 65_535),
    stateFile: values.state,
    delayMs: wholeNumber('--delay-ms', values['delay-ms'], sandboxLimits.delayMsMax),
    returnOrigins: values['return-origin'].map(origin),
    endsWithParent: values['ends-with-parent'],
  }
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string', default: '0' },
        state: { type: 'string' },
        'delay-ms': { type: 'string', default: '0' },
        'return-origin': { type: 'string', multiple: true, default: [] as string[] },
        'ends-with-parent': { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new BadFlags(`${(error as Error).message}. See docs/sandbox-gateway.md for the flags.`)
  }
}

function wholeNumber(flag: string, text: string, max: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) <= max) return Number(text)
  throw new BadFlags(`${flag}: expected a whole number from 0 to ${max}, got "${text}"`)
}

function origin(text: string): string {
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol) && url.origin === text) return text
  throw new BadFlags(`--return-origin: expected an origin such as http://localhost:4000, got "${text}"`)
}
