/** Follows a booking: looks again while it moves, less and less often, and at once when the page is seen again. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { ask, NoAnswer } from '../../api/client.ts'
import type { BookingDetailsFragment } from '../../generated/graphql.ts'
import { bookingWords } from '../booking-words.ts'
import { bookingById } from './booking-documents.ts'

const firstWaitMs = 700
const waitGrowth = 1.5
const waitMsMax = 10_000

interface FollowedBooking {
  booking: BookingDetailsFragment | null
  missing: boolean
  problem: string | null
  lookAgain: () => void
}

export function useBooking(id: string): FollowedBooking {
  const [booking, setBooking] = useState<BookingDetailsFragment | null>(null)
  const [missing, setMissing] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const look = useRef<() => void>(() => {})

  useEffect(() => {
    let left = false
    let looking = false
    let waitMs = firstWaitMs
    let timer: ReturnType<typeof setTimeout> | undefined

    const lookNow = async () => {
      if (looking || left) return
      looking = true
      clearTimeout(timer)
      const found = await readBooking(id)
      looking = false
      if (left) return
      if ('problem' in found) setProblem(found.problem)
      else {
        setProblem(null)
        setMissing(found.booking === null)
        setBooking(found.booking)
        if (!found.booking || !isMoving(found.booking)) return
      }
      timer = setTimeout(lookNow, waitMs)
      waitMs = Math.min(waitMsMax, waitMs * waitGrowth)
    }
    const lookSoon = () => {
      waitMs = firstWaitMs
      void lookNow()
    }
    const onWake = () => {
      if (document.visibilityState === 'visible') lookSoon()
    }

    look.current = lookSoon
    void lookNow()
    document.addEventListener('visibilitychange', onWake)
    return () => {
      left = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onWake)
    }
  }, [id])

  return { booking, missing, problem, lookAgain: useCallback(() => look.current(), []) }
}

async function readBooking(
  id: string,
): Promise<{ booking: BookingDetailsFragment | null } | { problem: string }> {
  try {
    const { node } = await ask(bookingById, { id })
    return { booking: node?.__typename === 'Booking' ? node : null }
  } catch (error) {
    return { problem: error instanceof NoAnswer ? error.message : String(error) }
  }
}

/** A cancelled booking moves on until its money is back. */
function isMoving(booking: BookingDetailsFragment): boolean {
  return bookingWords[booking.state].moving || booking.refunds.some(({ state }) => state === 'OWED')
}
