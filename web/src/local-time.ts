/**
 * Times as the venue's own clock shows them. The server sends the wall clock without an offset, so it is
 * formatted as if it were UTC and never shifted to where the viewer happens to be.
 */
const parts = (local: string) => new Date(`${local.slice(0, 19)}Z`)

const format = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })

const dayFormat = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const shortDayFormat = format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
const timeFormat = format({ hour: '2-digit', minute: '2-digit' })
const dayNumber = format({ day: 'numeric' })
const monthName = format({ month: 'short' })

export const dayOf = (local: string) => dayFormat.format(parts(local))
export const shortDayOf = (local: string) => shortDayFormat.format(parts(local))
export const timeOf = (local: string) => timeFormat.format(parts(local))
export const dayNumberOf = (local: string) => dayNumber.format(parts(local))
export const monthOf = (local: string) => monthName.format(parts(local))

/**
 * The same instant on the viewer's clock, with the day where that differs too. Null where both clocks agree, so
 * there is nothing to say.
 */
export function hereOf(startsAt: string, startsAtLocal: string): string | null {
  const here = new Date(startsAt)
  const there = parts(startsAtLocal)
  const hereAsUtc = new Date(here.getTime() - here.getTimezoneOffset() * 60_000)
  if (hereAsUtc.getTime() === there.getTime()) return null
  const time = timeFormat.format(hereAsUtc)
  const sameDay = hereAsUtc.toISOString().slice(0, 10) === startsAtLocal.slice(0, 10)
  return sameDay ? time : `${shortDayFormat.format(hereAsUtc)}, ${time}`
}

/** An instant, in the viewer's own time. */
export function instantOf(instant: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(instant),
  )
}
