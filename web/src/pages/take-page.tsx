/** Whoever opens the link of an offer takes the ticket, after saying so: a preview of the link must not take it. */
import { useState } from 'react'
import { ask, becomeGuest, NoAnswer, RefusedToBegin } from '../api/client.ts'
import { Link } from '../router.tsx'
import { takeTicket } from './taken/taken-documents.ts'
import { useTitle } from './use-title.ts'

type Went = { taken: true } | { problem: string } | null

/** `offer` is what stands behind the # of the address, which no server sees. */
export function TakePage({ offer }: { offer: string }) {
  const [went, setWent] = useState<Went>(null)
  const [isTaking, setIsTaking] = useState(false)
  useTitle('A ticket for you')

  const take = async () => {
    setIsTaking(true)
    setWent(await tryToTake(offer))
    setIsTaking(false)
  }

  if (went && 'taken' in went) {
    return (
      <div className="take-page" role="status">
        <h1>The ticket is yours</h1>
        <p>It has a new code, and the old one no longer lets anyone in.</p>
        <Link className="button primary" href="/bookings">
          Show my tickets
        </Link>
      </div>
    )
  }
  return (
    <div className="take-page">
      <h1>Somebody passes a ticket on to you</h1>
      <p>Take it in the browser that you will have with you at the gate.</p>
      <button type="button" className="button primary" disabled={isTaking} onClick={() => void take()}>
        {isTaking ? 'Taking it …' : 'Take the ticket'}
      </button>
      {went && (
        <p className="booking-problem" role="alert">
          {went.problem}
        </p>
      )}
    </div>
  )
}

async function tryToTake(offer: string): Promise<Went> {
  try {
    await becomeGuest()
    const { takeTicket: told } = await ask(takeTicket, { offer })
    if (told.__typename === 'TakeTicketOk') return { taken: true }
    return { problem: 'message' in told ? told.message : 'It could not be taken. Try again.' }
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof RefusedToBegin) return { problem: error.message }
    throw error
  }
}
