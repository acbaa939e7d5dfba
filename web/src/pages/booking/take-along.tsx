/** The tickets to print, and the date for the buyer's calendar. */
import { useState } from 'react'
import { NoAnswer } from '../../api/client.ts'
import { download } from '../../api/download.ts'

export function TakeAlong({ bookingId }: { bookingId: string }) {
  const [problem, setProblem] = useState<string | null>(null)

  const take = async (file: string) => {
    setProblem(null)
    try {
      await download(`/v1/bookings/${encodeURIComponent(bookingId)}/${file}`, file)
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      setProblem(error.message)
    }
  }

  return (
    <div className="take-along">
      <button type="button" className="button" onClick={() => void take('tickets.pdf')}>
        Tickets to print (PDF)
      </button>
      <button type="button" className="quiet" onClick={() => void take('calendar.ics')}>
        Add to calendar
      </button>
      {problem && (
        <p className="booking-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}
