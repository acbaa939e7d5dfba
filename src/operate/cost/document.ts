/** The cost figures of the operations document as it prints them, in dollars a month, and what does not add up in them. */
const documented = {
  parts: { compute: 12_330, database: 3_600, redis: 2_160, storage: 500, network: 2_500 },
  sharesPercent: { compute: 67, database: 20, redis: 12, storage: 3, network: 14 },
  total: 18_400,
  optimised: 11_386,
  target: 12_880,
  targetReduction: 0.3,
  reservedShare: 0.8,
  reservedDiscount: 0.4,
  reservedSavings: 4_932,
  savings: { compute: 4_932, database: 900, network: 750, redis: 432 },
  bookingsPerMonth: 30_000_000,
  dollarsPerBooking: 0.00061,
  dollarsPerLock: 0.0001,
  completionRate: 0.4,
  pods: 40,
  instancesPerService: [8, 15],
} as const

export interface Contradiction {
  what: string
  printed: string
  recomputed: string
}

const dollars = (amount: number) => `$${Math.round(amount).toLocaleString('en')}`
const sumOf = (parts: Record<string, number>) => Object.values(parts).reduce((sum, part) => sum + part, 0)

export function contradictionsInDocument(): Contradiction[] {
  const doc = documented
  const sum = sumOf(doc.parts)
  const percent = sumOf(doc.sharesPercent)
  const reserved = doc.parts.compute * doc.reservedShare * doc.reservedDiscount
  const savings = sumOf(doc.savings)
  const locks = (doc.bookingsPerMonth / doc.completionRate) * doc.dollarsPerLock
  return [
    { what: 'Sum of the monthly parts', printed: dollars(doc.total), recomputed: dollars(sum) },
    { what: 'Sum of the parts’ shares', printed: '100 %', recomputed: `${percent} %` },
    {
      what: `Savings of reserving ${doc.reservedShare * 100} % of the compute at ${doc.reservedDiscount * 100} % off`,
      printed: dollars(doc.reservedSavings),
      recomputed: dollars(reserved),
    },
    {
      what: 'Cost after all savings, from the real sum and the real savings of reserving',
      printed: dollars(doc.optimised),
      recomputed: dollars(sum - (savings - doc.savings.compute + reserved)),
    },
    {
      what: 'Reduction aimed at, and the one its own measures give',
      printed: `${doc.targetReduction * 100} % (${dollars(doc.target)})`,
      recomputed: `${Math.round((savings / doc.total) * 100)} % (${dollars(doc.total - savings)})`,
    },
    {
      what: 'Cost per booking',
      printed: `$${doc.dollarsPerBooking}`,
      recomputed: `$${(sum / doc.bookingsPerMonth).toFixed(5)}`,
    },
    {
      what: `Locks alone at $${doc.dollarsPerLock} each, at ${doc.completionRate * 100} % completion`,
      printed: 'contained in the cost per booking',
      recomputed: `${dollars(locks)} a month, ${Math.round((locks / doc.total) * 100)} % of everything`,
    },
    {
      what: 'API processes',
      printed: `${doc.instancesPerService.join('–')} instances per service`,
      recomputed: `${doc.pods} pods in its own sizing of the connection pool`,
    },
  ]
}
