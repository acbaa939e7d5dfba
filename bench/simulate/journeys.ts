/**
 * The two journeys of the operations document, walked on the idle product before the crowd comes: what each step took,
 * beside what the document says.
 */
import { type FanWorld, fanApi } from './fan-api.ts'

export interface Step {
  journey: string
  step: string
  tookMs: number
  /** What the document says, without the time of its payment network; null: it gives no number. */
  documentMs: number | null
}

const documentPaymentMs = 2_000

export async function walkJourneys(world: FanWorld, seatIds: string[], lockMs: number): Promise<Step[]> {
  const [first = '', second = '', third = ''] = seatIds
  return [...(await successfulBooking(world, [first, second])), ...(await sameSeat(world, third, lockMs))]
}

async function successfulBooking(world: FanWorld, seats: string[]): Promise<Step[]> {
  const journey = 'Journey 1: successful booking'
  const fan = fanApi(world, 1)
  const steps: Step[] = []
  const timed = async <Value>(step: string, documentMs: number | null, work: () => Promise<Value>) => {
    const begun = performance.now()
    const value = await work()
    steps.push({ journey, step, tookMs: performance.now() - begun, documentMs })
    return value
  }
  await timed('a guest is known', null, () => fan.guest())
  await timed('the seat map', 5, () => fan.map())
  const { lock } = await timed('seats locked', 10, () => fan.lock(seats, 'journey-1'))
  const { booking } = await timed('paid and booked (sandbox pays at once)', 20, () =>
    fan.book(lock?.id ?? '', 'tok_ok', 'journey-1'),
  )
  if (booking?.state !== 'CONFIRMED') throw new Error(`Journey 1 ended with ${booking?.state}`)
  const ours = steps.slice(1).reduce((sum, { tookMs }) => sum + tookMs, 0)
  steps.push({
    ...{ journey, step: `in all, with the document’s ${documentPaymentMs} ms of payment` },
    ...{ tookMs: ours + documentPaymentMs, documentMs: 2_100 },
  })
  return steps
}

async function sameSeat(world: FanWorld, seat: string, lockMs: number): Promise<Step[]> {
  const journey = 'Journey 2: two buyers, one seat; a lock that runs out'
  const [one, two] = [fanApi(world, 2), fanApi(world, 3)]
  await Promise.all([one.guest(), two.guest()])
  const begun = performance.now()
  const answers = await Promise.all([one.lock([seat], 'journey-2'), two.lock([seat], 'journey-2')])
  const bothMs = performance.now() - begun
  const kinds = answers.map(({ __typename }) => __typename).sort()
  if (kinds.join() !== 'LockSeatsOk,SeatsUnavailable') throw new Error(`Journey 2: ${kinds.join()}`)
  const loser = answers[0]?.lock ? two : one
  // Not asked for all the time: a buyer may ask sixty times a minute.
  await later(lockMs - (performance.now() - begun) - 500)
  for (let tries = 0; ; tries++) {
    const again = await loser.lock([seat], `again-${tries}`)
    if (again.lock) break
    if (performance.now() - begun > lockMs + 30_000) throw new Error('Journey 2: the lock did not run out')
    await later(again.retryAfterMs ?? 100)
  }
  const freedMs = performance.now() - begun
  return [
    { journey, step: 'one has it, the other is told', tookMs: bothMs, documentMs: 10 },
    {
      journey,
      step: `free for the other after a lock of ${lockMs / 1_000} s`,
      tookMs: freedMs,
      documentMs: lockMs,
    },
  ]
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
