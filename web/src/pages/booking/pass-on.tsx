/** Passing a ticket on: a link that gives it to whoever opens it first. */
import { useState } from 'react'
import { ask, NoAnswer } from '../../api/client.ts'
import { takePath } from '../../router.tsx'
import { offerTicket, withdrawOffer } from './booking-documents.ts'

interface PassOnProps {
  ticketId: string
  /** What people call the seat. */
  seat: string
  isOffered: boolean
  onChange: () => void
}

export function PassOn({ ticketId, seat, isOffered, onChange }: PassOnProps) {
  const [link, setLink] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)

  const attempt = async (act: () => Promise<string | null>) => {
    setProblem(null)
    try {
      setProblem(await act())
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      setProblem(error.message)
    }
    onChange()
  }
  const offer = () =>
    attempt(async () => {
      const { offerTicket: told } = await ask(offerTicket, { ticketId })
      if (told.__typename !== 'OfferTicketOk') return 'message' in told ? told.message : null
      setLink(new URL(takePath(told.offer), location.href).href)
      return null
    })
  const withdraw = () =>
    attempt(async () => {
      const { withdrawTicketOffer: told } = await ask(withdrawOffer, { ticketId })
      if (told.__typename !== 'WithdrawTicketOfferOk') return 'message' in told ? told.message : null
      setLink(null)
      return null
    })

  return (
    <div className="pass-on">
      {isOffered ? (
        <p>
          This ticket waits to be taken.{' '}
          <button type="button" className="quiet" onClick={() => void withdraw()}>
            Keep it after all
          </button>
        </p>
      ) : (
        <button type="button" className="quiet" onClick={() => void offer()} aria-label={`Pass ${seat} on`}>
          Pass it on
        </button>
      )}
      {link && isOffered && (
        <label>
          Send this link to one person. Whoever opens it first has the ticket.
          <input readOnly value={link} onFocus={(event) => event.target.select()} />
        </label>
      )}
      {problem && (
        <p className="booking-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}
