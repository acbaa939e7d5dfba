/** Amounts of money as minor units plus currency, with the currency's own number of decimals, so yen have none. */
export interface Amount {
  amountMinor: number
  /** ISO 4217 code. */
  currency: string
}

const formatsMax = 200
const formats = new Map<string, Intl.NumberFormat>()

function formatOf(currency: string): Intl.NumberFormat {
  let format = formats.get(currency)
  if (!format) {
    if (formats.size >= formatsMax) formats.clear()
    format = new Intl.NumberFormat('en', { style: 'currency', currency })
    formats.set(currency, format)
  }
  return format
}

export function decimalsOf(currency: string): number {
  return formatOf(currency).resolvedOptions().maximumFractionDigits ?? 2
}

export function printAmount({ amountMinor, currency }: Amount): string {
  return formatOf(currency).format(amountMinor / 10 ** decimalsOf(currency))
}

export const isCurrency = (code: string): boolean => Intl.supportedValuesOf('currency').includes(code)

/** "45.50" as minor units; null when it is no amount of that currency. */
export function minorUnitsOf(text: string, currency: string): number | null {
  const decimals = decimalsOf(currency)
  const [, whole = '', fraction = ''] = /^(\d{1,9})(?:\.(\d{1,4}))?$/.exec(text) ?? []
  if (whole === '' || fraction.length > decimals) return null
  const minor = Number(whole + fraction.padEnd(decimals, '0'))
  return Number.isSafeInteger(minor) && minor <= amountMinorMax ? minor : null
}

/** The columns are 32-bit, and a booking's total is a sum. */
const amountMinorMax = 10_000_000
