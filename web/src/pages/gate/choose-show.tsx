/** Which show is let in, and which door this is. */
import { type FormEvent, useEffect, useId, useState } from 'react'
import type { GateShowsQuery } from '../../generated/graphql.ts'
import { Loading, Problem } from '../problem.tsx'
import { askGate, gateShows, SignedOut } from './gate-api.ts'
import type { Place } from './gate-memory.ts'

type Show = GateShowsQuery['gateShows'][number]

const answerMsMax = 10_000

interface ChooseShowProps {
  token: string
  onChoose: (place: Place) => void
  onSignOut: () => void
}

export function ChooseShow({ token, onChoose, onSignOut }: ChooseShowProps) {
  const { shows, problem, again } = useShows(token, onSignOut)
  const [showId, setShowId] = useState('')
  const [showField, gateField, gateList] = [useId(), useId(), useId()]
  if (problem) return <Problem title="The shows could not be loaded" text={problem} retry={again} />
  if (!shows) return <Loading what="the shows" />
  const chosen = shows.find((show) => show.showId === showId) ?? nextOf(shows)
  if (!chosen)
    return <Problem title="There is no show to let in" text="None is sold by seat." retry={again} />

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const gate = String(new FormData(event.currentTarget).get('gate') ?? '').trim()
    const { title, timeZone } = chosen
    if (gate !== '') onChoose({ showId: chosen.showId, title, timeZone, gate })
  }

  return (
    <form className="gate-form" onSubmit={submit}>
      <h1>Which door is this?</h1>
      <label htmlFor={showField}>Show</label>
      <select id={showField} value={chosen.showId} onChange={({ target }) => setShowId(target.value)}>
        {shows.map((show) => (
          <option key={show.showId} value={show.showId}>
            {nameOf(show)}
          </option>
        ))}
      </select>
      <label htmlFor={gateField}>Gate</label>
      {chosen.gates.length > 0 ? (
        <select id={gateField} name="gate">
          {chosen.gates.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      ) : (
        <>
          <input
            id={gateField}
            name="gate"
            list={gateList}
            defaultValue="Main entrance"
            maxLength={40}
            required
          />
          <datalist id={gateList}>
            <option value="Main entrance" />
            <option value="North" />
            <option value="South" />
          </datalist>
        </>
      )}
      <button type="submit" className="button primary">
        Begin
      </button>
      <button type="button" className="quiet" onClick={onSignOut}>
        Sign out
      </button>
    </form>
  )
}

function useShows(token: string, onSignOut: () => void) {
  const [shows, setShows] = useState<readonly Show[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round asks again
  useEffect(() => {
    let isHere = true
    setProblem(null)
    askGate(token, gateShows, {}, answerMsMax).then(
      (answer) => isHere && setShows(answer.gateShows),
      (error: unknown) => {
        if (!isHere) return
        if (error instanceof SignedOut) onSignOut()
        else setProblem(error instanceof Error ? error.message : String(error))
      },
    )
    return () => {
      isHere = false
    }
  }, [token, round])
  return { shows, problem, again: () => setRound(round + 1) }
}

/** The one whose gates are open, or open next. */
function nextOf(shows: readonly Show[]): Show | undefined {
  return (
    shows.find(({ closesAt, isCancelled }) => !isCancelled && Date.parse(closesAt) > Date.now()) ?? shows[0]
  )
}

function nameOf({ title, startsAt, timeZone, isCancelled }: Show): string {
  const day = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  } as const
  const when = new Intl.DateTimeFormat('en-GB', { ...day, timeZone }).format(Date.parse(startsAt))
  return `${when} · ${title}${isCancelled ? ' (cancelled)' : ''}`
}
