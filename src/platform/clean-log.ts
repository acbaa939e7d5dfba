/**
 * What may stand in a log of a value: secrets are told by the name of their key at any depth, errors keep what
 * helps to find their cause, and the whole is bounded, so that logging a request object costs no more than a line.
 */
const entriesMax = 200
const depthMax = 6
const textCharsMax = 8_000
const hidden = '[hidden]'

const secretNames = new Set([
  ...['authorization', 'proxyauthorization', 'cookie', 'setcookie', 'jwt', 'apikey', 'passwd'],
  ...['paymentmethod', 'paymentmethodid', 'card', 'cardnumber', 'cvc', 'cvv', 'pan', 'iban'],
  ...['email', 'emailaddress', 'phone'],
])
const secretEndings = ['token', 'secret', 'password']

/** Facts that drivers put on their errors. What else they carry may be somebody's data. */
const errorFacts = ['code', 'constraint', 'table', 'syscall', 'retryAfterMs'] as const

export function cleanText(text: string): string {
  const short =
    text.length > textCharsMax ? `${text.slice(0, textCharsMax)}… (${text.length} characters)` : text
  return short
    .replace(/\bBearer\s+[\w.~+/=-]+/gi, `Bearer ${hidden}`)
    .replace(/:\/\/[^\s/@]*:[^\s/@]*@/g, `://${hidden}@`)
}

export function cleanValue(value: unknown, hide: (text: string) => string): unknown {
  let entriesLeft = entriesMax

  const clean = (inner: unknown, depth: number): unknown => {
    if (typeof inner === 'string') return hide(inner)
    if (typeof inner === 'bigint') return String(inner)
    if (typeof inner === 'function' || typeof inner === 'symbol') return undefined
    if (inner === null || typeof inner !== 'object') return inner
    if (depth >= depthMax) return '[deeper]'
    if (inner instanceof Error) return cleanError(inner, depth)
    if (inner instanceof Date) return Number.isNaN(inner.getTime()) ? 'Invalid Date' : inner.toISOString()
    if (inner instanceof URL) return hide(inner.href)
    if (Array.isArray(inner)) return cleanEntries(Object.entries(inner), depth).map(([, entry]) => entry)
    if (!isPlain(inner)) return `[${inner.constructor.name}]`
    return Object.fromEntries(cleanEntries(Object.entries(inner), depth))
  }

  const cleanEntries = (entries: [string, unknown][], depth: number): [string, unknown][] => {
    const kept: [string, unknown][] = []
    for (const [key, entry] of entries) {
      if (entriesLeft <= 0) return [...kept, ['more', '[left out]']]
      entriesLeft -= 1
      kept.push([key, isSecret(key) && entry != null ? hidden : clean(entry, depth + 1)])
    }
    return kept
  }

  const cleanError = (error: Error, depth: number): Record<string, unknown> => {
    const facts = errorFacts.flatMap((name) => {
      const fact = (error as unknown as Record<string, unknown>)[name]
      return typeof fact === 'string' || typeof fact === 'number' ? [[name, fact] as const] : []
    })
    return {
      type: error.name === 'Error' ? error.constructor.name : error.name,
      message: hide(error.message),
      stack: hide(error.stack ?? ''),
      ...Object.fromEntries(facts),
      ...(error.cause === undefined ? {} : { cause: clean(error.cause, depth + 1) }),
    }
  }

  return clean(value, 0)
}

function isSecret(key: string): boolean {
  const name = key.toLowerCase().replace(/[-_]/g, '')
  return secretNames.has(name) || secretEndings.some((ending) => name.endsWith(ending))
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
