/** An instant as the clock on the venue's wall shows it. */
const formatsMax = 500
const formats = new Map<string, Intl.DateTimeFormat>()

export function printLocalTime(instant: Date, timeZone: string): string {
  // The Swedish locale writes dates year first, so the text only needs its "T".
  return formatOf(timeZone).format(instant).replace(' ', 'T')
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    if (formats.size >= formatsMax) formats.clear()
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    formats.set(timeZone, format)
  }
  return format
}
