/** `npm run bench [-- NAME]`: one measurement by its name, or the list of them. */
const benches: Record<string, string> = {
  first: 'what a lock, a booking, a frame and a seat map cost, one at a time',
  lock: 'lockSeats through the whole product against its limit, per CPU second',
  live: 'the live seat map against raw WebSockets, the kernel and plain graphql-ws, per CPU second',
  book: 'createBooking through the whole product, per CPU second',
  expiry: 'how late seats of locks that ran out are free again, with 100,000 locks alive',
}
const files: Record<string, string> = {
  first: './first-costs.ts',
  lock: './lock-seats.ts',
  live: './live.ts',
  book: './create-booking.ts',
  expiry: './expiry-lag.ts',
}

const [name = 'first', ...args] = process.argv.slice(2)
const isHelp = name === '--help'
const file = isHelp ? undefined : files[name.startsWith('--') ? 'first' : name]
if (!file) {
  console.error(isHelp ? 'The benches; each takes --json FILE:\n' : `There is no bench ${name}. There are:\n`)
  for (const [known, about] of Object.entries(benches))
    console.error(`  npm run bench -- ${known.padEnd(6)} ${about}`)
  process.exit(isHelp ? 0 : 2)
}
process.argv = [...process.argv.slice(0, 2), ...(name.startsWith('--') ? [name, ...args] : args)]
await import(file)
