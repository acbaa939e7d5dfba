/** Local wall-clock time in a venue's zone to an instant, daylight saving included. */
export interface LocalTime {
  year: number
  /** 1 to 12. */
  month: number
  day: number
  hour: number
  minute: number
}

/**
 * The instant at which clocks in `timeZone` show this time. Of two (the night clocks go back) the earlier; of none (the
 * night they go forward) as long after midnight as asked for, which shows as the hour after.
 */
export function instantOf({ year, month, day, hour, minute }: LocalTime, timeZone: string): Date {
  const asIfUtc = Date.UTC(year, month - 1, day, hour, minute)
  const candidates = [asIfUtc - 86_400_000, asIfUtc + 86_400_000].map(
    (around) => asIfUtc - offsetMsAt(around, timeZone),
  )
  const exact = candidates.filter((at) => at + offsetMsAt(at, timeZone) === asIfUtc)
  return new Date(exact.length > 0 ? Math.min(...exact) : Math.max(...candidates))
}

/** How far clocks in the zone are ahead of UTC at that instant. */
function offsetMsAt(instantMs: number, timeZone: string): number {
  const local = localTimeOf(new Date(instantMs), timeZone)
  const shown = Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute)
  return shown - Math.floor(instantMs / 60_000) * 60_000
}

export function localTimeOf(instant: Date, timeZone: string): LocalTime {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' },
  }).formatToParts(instant)
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((found) => found.type === type)?.value)
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
  }
}

/** In words, for letters and paper: "Thursday 24 December 2026 at 19:30". */
export function sayLocalTime(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'full', timeStyle: 'short' }).format(instant)
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}
