/**
 * The log: one JSON object a line in production, one short line elsewhere. What is secret or personal by its name
 * never reaches it, however deep it lies in what is logged, and neither do bearer tokens or passwords in URLs.
 */
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'
import { cleanText, cleanValue } from './clean-log.ts'
import { shortLines } from './short-lines.ts'

export type { Logger }

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'

export interface LoggerOptions {
  level: LogLevel
  name: string
  production: boolean
  /** Where lines go; standard output when left out. */
  destination?: DestinationStream
  /** Hides what else must not be logged in any text, for example numbers that look like a card's. */
  hide?: (text: string) => string
}

export function createLogger(options: LoggerOptions): Logger {
  const hide = (text: string) => cleanText(options.hide ? options.hide(text) : text)
  const out = options.destination ?? pino.destination(1)
  const log = pino(
    {
      name: options.name,
      level: options.level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Errors are clean objects by then; pino would make others of them.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          method.apply(this, cleanArguments(args, hide) as Parameters<typeof method>)
        },
      },
    },
    options.production ? out : shortLines(out),
  )
  // Children inherit this, so that what is bound to them is cleaned too; pino's own hook sees the root's only.
  const createChild = log.child
  log.child = function child(this: Logger, bindings, childOptions) {
    return createChild.call(this, cleanValue(bindings, hide) as typeof bindings, childOptions)
  } as typeof createChild
  return log
}

/** An error on its own becomes the field `err`, and its message the line's message. */
function cleanArguments(args: readonly unknown[], hide: (text: string) => string): unknown[] {
  const [first, ...rest] = args
  if (!(first instanceof Error)) return args.map((value) => cleanValue(value, hide))
  const message = rest.length > 0 ? rest : [first.message]
  return [{ err: cleanValue(first, hide) }, ...message.map((value) => cleanValue(value, hide))]
}
