/** The desk: one large answer, the camera, a field to type into, and how this device stands. */
import { useEffect, useState } from 'react'
import { Loading, Problem } from '../problem.tsx'
import { AnswerCard } from './answer-card.tsx'
import { CameraView } from './camera-view.tsx'
import { DeskStatus } from './desk-status.tsx'
import type { Place } from './gate-memory.ts'
import { playTone, wakeSound } from './play-tone.ts'
import { TypedCode } from './typed-code.tsx'
import { useDesk } from './use-desk.ts'

interface ScanDeskProps {
  token: string
  place: Place
  /** Whether the page opens without network; null while that is not known. */
  isKept: boolean | null
  onLeave: () => void
  onSignOut: () => void
}

export function ScanDesk({ token, place, isKept, onLeave, onSignOut }: ScanDeskProps) {
  const { desk, state, problem } = useDesk(token, place)
  const [isLoud, setLoud] = useState(true)
  const answer = state?.answer ?? null

  useEffect(() => {
    if (answer && isLoud) playTone(answer.tone)
  }, [answer, isLoud])

  if (problem) return <Problem title="This device cannot be a gate" text={problem} />
  if (!desk || !state) return <Loading what="the gate" />
  const scan = (code: string) => void desk.scan(code)
  return (
    <div className="gate-desk">
      <header>
        <h1>{place.title}</h1>
        <p>
          Gate <strong>{place.gate}</strong>
          <button type="button" className="quiet" onClick={onLeave}>
            Change
          </button>
          <button type="button" className="quiet" onClick={onSignOut}>
            Sign out
          </button>
        </p>
      </header>
      {state.isSignedOut && (
        <p className="notice" data-tone="refused" role="alert">
          The token is no longer good. This device goes on alone; sign in again so that its scans are told.
        </p>
      )}
      <AnswerCard answer={answer} isBusy={state.isBusy} onUndo={() => void desk.undo()} />
      <fieldset className="gate-move">
        <legend className="visually-hidden">Direction</legend>
        {(['in', 'out'] as const).map((move) => (
          <label key={move} hidden={!state.mayGoOut}>
            <input
              type="radio"
              name="move"
              checked={state.move === move}
              onChange={() => desk.setMove(move)}
            />
            {move === 'in' ? 'In' : 'Out'}
          </label>
        ))}
        <label>
          <input
            type="checkbox"
            checked={isLoud}
            onChange={({ target }) => {
              wakeSound()
              setLoud(target.checked)
            }}
          />
          Sound
        </label>
      </fieldset>
      <CameraView onCode={scan} onStart={wakeSound} />
      <TypedCode onCode={scan} onType={wakeSound} isBusy={state.isBusy} />
      <DeskStatus state={state} isKept={isKept} timeZone={place.timeZone} />
    </div>
  )
}
