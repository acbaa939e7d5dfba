/** How long the seats stay the viewer's, counted on the page's steady clock. */
import { useEffect, useState } from 'react'

const hurryMs = 60_000

export function Countdown({ endsAtMs }: { endsAtMs: number }) {
  const leftMs = useLeftMs(endsAtMs)
  const seconds = Math.ceil(leftMs / 1000)
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  return (
    <p className="countdown" data-hurry={leftMs < hurryMs || undefined}>
      <span role="timer" aria-label="Time left to pay">
        {text}
      </span>
      <small>left to pay</small>
      <span className="visually-hidden" aria-live="assertive">
        {leftMs < hurryMs && leftMs > 0 ? 'Less than one minute left.' : ''}
      </span>
    </p>
  )
}

function useLeftMs(endsAtMs: number): number {
  const [nowMs, setNowMs] = useState(() => performance.now())
  useEffect(() => {
    const tick = () => setNowMs(performance.now())
    tick()
    const timer = setInterval(tick, 250)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, endsAtMs - nowMs)
}
