/** Cancelling asks once more, in a dialog that says what it means. */
import { useRef, useState } from 'react'
import { ask, NoAnswer } from '../../api/client.ts'
import type { BookingDetailsFragment } from '../../generated/graphql.ts'
import { cancelBooking } from './booking-documents.ts'

export function CancelBooking({
  booking,
  onCancelled,
}: {
  booking: BookingDetailsFragment
  onCancelled: () => void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [working, setWorking] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)

  const cancel = async () => {
    setWorking(true)
    setProblem(null)
    const failure = await tryToCancel(booking.id)
    setWorking(false)
    setProblem(failure)
    if (failure) return
    dialog.current?.close()
    onCancelled()
  }

  return (
    <>
      <button type="button" className="quiet" onClick={() => dialog.current?.showModal()}>
        Cancel this booking
      </button>
      <dialog ref={dialog} className="confirm" aria-labelledby="cancel-question">
        <h2 id="cancel-question">Cancel this booking?</h2>
        <p>
          {booking.state === 'CONFIRMED'
            ? `The tickets become void, the seats free, and ${booking.total.text} goes back to you.`
            : 'The payment is stopped if that is still possible, and the seats become free.'}
        </p>
        {problem && (
          <p className="notice" data-tone="refused" role="alert">
            {problem}
          </p>
        )}
        <div className="notice-actions">
          <button type="button" className="button danger" disabled={working} onClick={cancel}>
            {working ? 'Cancelling …' : 'Yes, cancel it'}
          </button>
          <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
            Keep it
          </button>
        </div>
      </dialog>
    </>
  )
}

/** Null when it is cancelled; else a sentence. Cancelling may be repeated, so a lost answer only asks for that. */
async function tryToCancel(id: string): Promise<string | null> {
  try {
    const { cancelBooking: answer } = await ask(cancelBooking, { id })
    return answer.__typename === 'CancelBookingOk' ? null : answer.message
  } catch (error) {
    if (error instanceof NoAnswer) return 'There was no answer. Try again; it is safe to repeat.'
    throw error
  }
}
