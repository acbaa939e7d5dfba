import { type ListedShow, listedShowsMax, listShows } from '../../src/operate/index.ts'
import { type Command, readArgs } from './command.ts'

export const showListCommand: Command = {
  name: 'show list',
  usage: '[TEXT] [--past]',
  about: 'Lists upcoming shows, or past ones, with the keys that other commands take.',
  async run(args, instance) {
    const { values, positionals } = readArgs(args, { past: { type: 'boolean', default: false } })
    const { pool } = await instance.postgres()
    const shows = await listShows(pool, { text: positionals.join(' '), past: values.past })
    if (shows.length === 0)
      console.error(values.past ? 'No past show found.' : 'No upcoming show found; --past lists the others.')
    for (const show of shows) console.log(told(show))
    if (shows.length === listedShowsMax)
      console.error(`The first ${listedShowsMax}; a TEXT narrows them down.`)
    return 0
  },
}

function told({ key, title, venue, startsAt, timeZone, plan, status }: ListedShow): string {
  const at = startsAt.toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  return `${at}  ${status.padEnd(11)}  ${title}, ${venue}${plan ? ` (plan ${plan})` : ''}\n                  ${key}`
}
