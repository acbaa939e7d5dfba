/**
 * What the product needs for so many bookings a month: CPU, storage and network, from capacity that was measured and
 * prices that are given. Pure arithmetic, every factor an input.
 */
export interface CostInputs {
  bookingsPerMonth: number
  /** Of those who lock seats, how many book: the document's target is 0.4. */
  completionRate: number
  /** Maps looked at for each lock. */
  mapsPerLock: number
  /** The busiest hour of the month against its mean hour. */
  peakFactor: number
  /** How much of the CPU may be busy in the busiest hour. */
  busyAtPeak: number
  /** CPU of all servers, in milliseconds. */
  cpuMsPerBooking: number
  cpuMsPerLock: number
  cpuMsPerMap: number
  bytesPerBooking: number
  bytesPerMap: number
  /** Months of bookings that are kept. */
  keptMonths: number
  /** Copies of everything: a second machine that takes over. */
  copies: number
  dollarsPerVcpuMonth: number
  dollarsPerGbMonth: number
  dollarsPerGbSent: number
}

export const costDefaults: CostInputs = {
  bookingsPerMonth: 30_000_000,
  completionRate: 0.4,
  mapsPerLock: 4,
  peakFactor: 10,
  busyAtPeak: 0.5,
  cpuMsPerBooking: 18.5,
  cpuMsPerLock: 1.11,
  cpuMsPerMap: 0.5,
  bytesPerBooking: 4_000,
  bytesPerMap: 4_200,
  keptMonths: 24,
  copies: 2,
  dollarsPerVcpuMonth: 30,
  dollarsPerGbMonth: 0.12,
  dollarsPerGbSent: 0.09,
}

export interface CostNeed {
  locksPerMonth: number
  peakBookingsPerSecond: number
  peakLocksPerSecond: number
  /** With the headroom and all copies, whole ones. */
  vcpus: number
  storageGb: number
  sentGb: number
  dollars: { compute: number; storage: number; network: number; total: number }
  dollarsPerMillionBookings: number
  /** Of that, what a million locks cost, booked or not. */
  dollarsPerMillionLocks: number
}

const secondsPerMonth = 30 * 86_400
const gb = 1e9

export function costOf(inputs: CostInputs): CostNeed {
  const { bookingsPerMonth, peakFactor, copies } = inputs
  const locksPerMonth = bookingsPerMonth / inputs.completionRate
  const mapsPerMonth = locksPerMonth * inputs.mapsPerLock
  const perSecond = (perMonth: number) => (perMonth / secondsPerMonth) * peakFactor
  const cpuOf = (bookings: number, locks: number, maps: number) =>
    (bookings * inputs.cpuMsPerBooking + locks * inputs.cpuMsPerLock + maps * inputs.cpuMsPerMap) / 1_000
  const busy = cpuOf(perSecond(bookingsPerMonth), perSecond(locksPerMonth), perSecond(mapsPerMonth))
  const vcpus = Math.ceil(busy / inputs.busyAtPeak) * copies
  const storageGb = ((bookingsPerMonth * inputs.keptMonths * inputs.bytesPerBooking) / gb) * copies
  const sentGb = (mapsPerMonth * inputs.bytesPerMap) / gb
  const dollars = {
    compute: vcpus * inputs.dollarsPerVcpuMonth,
    storage: storageGb * inputs.dollarsPerGbMonth,
    network: sentGb * inputs.dollarsPerGbSent,
  }
  const total = dollars.compute + dollars.storage + dollars.network
  const lockShare =
    cpuOf(0, locksPerMonth, mapsPerMonth) / cpuOf(bookingsPerMonth, locksPerMonth, mapsPerMonth)
  return {
    ...{ locksPerMonth, vcpus, storageGb, sentGb },
    peakBookingsPerSecond: perSecond(bookingsPerMonth),
    peakLocksPerSecond: perSecond(locksPerMonth),
    dollars: { ...dollars, total },
    dollarsPerMillionBookings: (total / bookingsPerMonth) * 1e6,
    dollarsPerMillionLocks: ((dollars.compute * lockShare + dollars.network) / locksPerMonth) * 1e6,
  }
}
