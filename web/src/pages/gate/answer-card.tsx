/** The answer, to be read at arm's length: a colour, a sign, a word, and a sentence; never the colour alone. */
import type { Answer } from './desk-state.ts'
import type { Tone } from './gate-words.ts'

const signs: Record<Tone, string> = {
  let: 'M5 13l5 5L20 7',
  stop: 'M6 6l12 12M18 6L6 18',
  twice: 'M12 5v9M12 18.5v.5',
  wait: 'M12 6v6l4 3',
}

interface AnswerCardProps {
  answer: Answer | null
  isBusy: boolean
  onUndo: () => void
}

export function AnswerCard({ answer, isBusy, onUndo }: AnswerCardProps) {
  const tone = answer?.tone ?? 'none'
  return (
    <section className="gate-answer" data-tone={isBusy ? 'busy' : tone} aria-label="Answer">
      <div role="status" aria-live="assertive" aria-atomic="true">
        {isBusy ? (
          <p className="gate-title">Looking …</p>
        ) : answer ? (
          // Two tickets in a row may have the same answer, which is then said again.
          <div key={answer.nonce}>
            <svg viewBox="0 0 24 24" width="64" height="64" aria-hidden="true">
              <path d={signs[answer.tone]} />
            </svg>
            <p className="gate-title">{answer.title}</p>
            <p className="gate-detail">{answer.detail}</p>
            {answer.isAlone && <p className="gate-alone">Decided without the server</p>}
          </div>
        ) : (
          <p className="gate-title">Ready</p>
        )}
      </div>
      {answer?.canUndo && !isBusy && (
        <button type="button" className="button" onClick={onUndo}>
          Take back
        </button>
      )}
    </section>
  )
}
