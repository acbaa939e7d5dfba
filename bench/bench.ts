/** `npm run bench [-- NAME]`: one measurement by its name, or the list of them. */
const benches = [
  {
    ...{ name: 'first', file: './first-costs.ts' },
    about: 'what a lock, a booking, a frame and a seat map cost, one at a time',
  },
  {
    ...{ name: 'lock', file: './lock-seats.ts' },
    about: 'lockSeats through the whole product against its limit, per CPU second',
  },
  {
    ...{ name: 'live', file: './live.ts' },
    about: 'the live seat map against raw WebSockets, the kernel and plain graphql-ws, per CPU second',
  },
  {
    ...{ name: 'book', file: './create-booking.ts' },
    about: 'createBooking through the whole product, per CPU second',
  },
  {
    ...{ name: 'rival', file: './rival.ts' },
    about: 'locking and booking against the same API written straight from the packages` documentation',
  },
  {
    ...{ name: 'expiry', file: './expiry-lag.ts' },
    about: 'how late seats of locks that ran out are free again, with 100,000 locks alive',
  },
]

const [name = 'first', ...args] = process.argv.slice(2)
const isHelp = name === '--help'
const isOption = name.startsWith('--')
const bench = isHelp ? undefined : benches.find((one) => one.name === (isOption ? 'first' : name))
if (!bench) {
  console.error(isHelp ? 'The benches; each takes --json FILE:\n' : `There is no bench ${name}. There are:\n`)
  for (const one of benches) console.error(`  npm run bench -- ${one.name.padEnd(6)} ${one.about}`)
  process.exit(isHelp ? 0 : 2)
}
process.argv = [...process.argv.slice(0, 2), ...(isOption ? [name, ...args] : args)]
await import(bench.file)
