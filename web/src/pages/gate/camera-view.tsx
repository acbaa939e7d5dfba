/** What the camera sees. A ticket that stays before it is scanned once. */
import { useEffect, useRef, useState } from 'react'
import { keepAwake } from './keep-awake.ts'
import { readCamera } from './read-camera.ts'

/** The same code counts again only after it was away for so long. */
const sameCodeMs = 2_000

interface CameraViewProps {
  onCode: (code: string) => void
  onStart: () => void
}

export function CameraView({ onCode, onStart }: CameraViewProps) {
  const [isOn, setOn] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const video = useRef<HTMLVideoElement>(null)
  const tell = useRef(onCode)
  tell.current = onCode

  useEffect(() => {
    if (!isOn || !video.current) return
    const closing = new AbortController()
    keepAwake(closing.signal)
    const seen = { code: '', atMs: 0 }
    const onSeen = (code: string) => {
      const nowMs = performance.now()
      const isSame = code === seen.code && nowMs - seen.atMs < sameCodeMs
      Object.assign(seen, { code, atMs: nowMs })
      if (!isSame) tell.current(code)
    }
    readCamera(video.current, onSeen, closing.signal).catch((error: unknown) => {
      if (closing.signal.aborted) return
      setProblem(error instanceof Error ? error.message : String(error))
      setOn(false)
    })
    return () => closing.abort()
  }, [isOn])

  return (
    <section className="gate-camera" aria-label="Camera">
      {isOn && <video ref={video} muted playsInline aria-label="What the camera sees" />}
      <button
        type="button"
        className={isOn ? 'button' : 'button primary'}
        onClick={() => {
          onStart()
          setProblem(null)
          setOn(!isOn)
        }}
      >
        {isOn ? 'Stop the camera' : 'Start the camera'}
      </button>
      {problem && (
        <p className="notice" data-tone="refused" role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}
