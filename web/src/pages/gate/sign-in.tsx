/** Accounts are made and signed in elsewhere; this device is given a token of one that may scan. */
import { type FormEvent, useId, useState } from 'react'
import { askGate, gateShows, SignedOut } from './gate-api.ts'

const answerMsMax = 10_000

export function SignIn({ onSignIn }: { onSignIn: (token: string) => void }) {
  const field = useId()
  const [problem, setProblem] = useState<string | null>(null)
  const [isAsking, setAsking] = useState(false)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const token = String(new FormData(event.currentTarget).get('token') ?? '').trim()
    if (token === '') return
    setAsking(true)
    try {
      await askGate(token, gateShows, {}, answerMsMax)
      onSignIn(token)
    } catch (error) {
      const isRefused = error instanceof SignedOut
      setProblem(
        isRefused ? 'This token is not of an account of the gate.' : 'The server could not be reached.',
      )
      setAsking(false)
    }
  }

  return (
    <form className="gate-form" onSubmit={(event) => void submit(event)}>
      <h1>Gate</h1>
      <p>
        For the people at the door. Sign this device in with the token of an account that has the role “gate”.
      </p>
      <label htmlFor={field}>Token</label>
      <input id={field} name="token" type="password" autoComplete="off" required />
      {problem && (
        <p className="notice" data-tone="refused" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" className="button primary" disabled={isAsking}>
        Sign in
      </button>
    </form>
  )
}
