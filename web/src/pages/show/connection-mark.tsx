/** Whether the map can be trusted right now, in one line. */
import { useEffect, useState } from 'react'
import type { LiveMap } from '../../live-map/index.ts'
import { useTrust } from './use-show-map.ts'

export function ConnectionMark({ live }: { live: LiveMap | null }) {
  const trust = useTrust(live)
  return (
    <p className="connection" data-trust={trust.kind} role="status">
      <i aria-hidden="true" />
      {trust.kind === 'connecting' && 'Connecting …'}
      {trust.kind === 'live' && 'Live'}
      {trust.kind === 'stale' && <StaleFor sinceMs={trust.sinceMs} />}
    </p>
  )
}

function StaleFor({ sinceMs }: { sinceMs: number }) {
  const [nowMs, setNowMs] = useState(() => performance.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(1, Math.round((nowMs - sinceMs) / 1000))
  const told = seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
  return <span aria-live="off">Not live for {told}; seats may be gone. Reconnecting …</span>
}
