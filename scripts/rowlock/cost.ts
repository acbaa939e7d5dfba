import { writeFileSync } from 'node:fs'
import { type CostInputs, contradictionsInDocument, costDefaults, costOf } from '../../src/operate/index.ts'
import { BadUsage, type Command, readArgs } from './command.ts'

/** Option of each input, and what it means. */
const options: Record<string, { input: keyof CostInputs; about: string }> = {
  bookings: { input: 'bookingsPerMonth', about: 'bookings a month' },
  completion: { input: 'completionRate', about: 'of those who lock seats, how many book' },
  'maps-per-lock': { input: 'mapsPerLock', about: 'maps looked at for each lock' },
  'peak-factor': { input: 'peakFactor', about: 'the busiest hour against the mean hour' },
  'busy-at-peak': { input: 'busyAtPeak', about: 'share of the CPU that may be busy then' },
  'cpu-per-booking': {
    input: 'cpuMsPerBooking',
    about: 'ms of all servers, measured by `npm run bench -- book`',
  },
  'cpu-per-lock': { input: 'cpuMsPerLock', about: 'ms of all servers, measured by `npm run bench -- lock`' },
  'cpu-per-map': { input: 'cpuMsPerMap', about: 'ms of all servers' },
  'booking-bytes': { input: 'bytesPerBooking', about: 'bytes that a booking takes in PostgreSQL' },
  'map-bytes': { input: 'bytesPerMap', about: 'bytes of a seat map, compressed' },
  'kept-months': { input: 'keptMonths', about: 'months of bookings that are kept' },
  copies: { input: 'copies', about: 'copies of everything, to take over' },
  'vcpu-price': { input: 'dollarsPerVcpuMonth', about: '$ a vCPU and month' },
  'storage-price': { input: 'dollarsPerGbMonth', about: '$ a GB and month' },
  'network-price': { input: 'dollarsPerGbSent', about: '$ a GB sent' },
}

export const costCommand: Command = {
  name: 'cost',
  usage: `[--json FILE] ${Object.keys(options)
    .map((name) => `[--${name} N]`)
    .join(' ')}`,
  about:
    'What so many bookings a month cost at the measured capacity, beside the operations document and its contradictions.',
  async run(args) {
    const strings = Object.fromEntries(
      Object.keys(options).map((name) => [name, { type: 'string' as const }]),
    )
    const { values, positionals } = readArgs(args, { ...strings, json: { type: 'string' } })
    if (positionals.length > 0) throw new BadUsage(`Expected options only, got ${positionals.join(' ')}.`)
    const inputs = { ...costDefaults }
    for (const [name, { input }] of Object.entries(options)) {
      const text = (values as Record<string, string | undefined>)[name]
      if (text !== undefined) inputs[input] = numberOf(name, text)
    }
    if (inputs.completionRate > 1 || inputs.busyAtPeak > 1)
      throw new BadUsage('Expected --completion and --busy-at-peak of at most 1: they are shares.')
    const need = costOf(inputs)
    const contradictions = contradictionsInDocument()
    printTable(
      'The operations document, recomputed',
      ['', 'printed', 'recomputed'],
      contradictions.map(({ what, printed, recomputed }) => [what, printed, recomputed]),
    )
    printTable(
      'Assumed (each an option)',
      ['', '', ''],
      Object.entries(options).map(([name, { input, about }]) => [`--${name}`, String(inputs[input]), about]),
    )
    const dollars = (amount: number) => `$${amount.toLocaleString('en', { maximumFractionDigits: 2 })}`
    printTable(
      'What this product needs',
      ['', '', ''],
      [
        ['bookings a second in the busiest hour', need.peakBookingsPerSecond.toFixed(1), ''],
        ['locks a second in the busiest hour', need.peakLocksPerSecond.toFixed(1), ''],
        ['vCPUs', String(need.vcpus), `${dollars(need.dollars.compute)} a month`],
        ['storage', `${need.storageGb.toFixed(0)} GB`, `${dollars(need.dollars.storage)} a month`],
        ['sent', `${need.sentGb.toFixed(0)} GB`, `${dollars(need.dollars.network)} a month`],
        ['in all', '', `${dollars(need.dollars.total)} a month`],
        ['per million bookings', '', `${dollars(need.dollarsPerMillionBookings)}; the document: $610`],
        ['per million locks, within that', '', `${dollars(need.dollarsPerMillionLocks)}; the document: $100`],
      ],
    )
    if (values.json)
      writeFileSync(String(values.json), `${JSON.stringify({ inputs, need, contradictions }, null, 2)}\n`)
    return 0
  },
}

function numberOf(option: string, text: string): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number) && number > 0) return number
  throw new BadUsage(`Expected --${option} above 0, got ${JSON.stringify(text)}.`)
}

function printTable(title: string, head: string[], rows: string[][]): void {
  const all = head.some((cell) => cell !== '') ? [head, ...rows] : rows
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  console.log(`\n${title}\n`)
  for (const row of all)
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
}
