/** A desk for as long as its page is shown. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { newActionKey } from '../../api/action-key.ts'
import type { DeskState } from './desk-state.ts'
import { openDeviceStore } from './device-store.ts'
import { GateDesk } from './gate-desk.ts'
import { deviceName, type Place } from './gate-memory.ts'
import { AnotherDesk, holdDesk } from './one-desk.ts'

export interface UsedDesk {
  desk: GateDesk | null
  state: DeskState | null
  problem: string | null
}

export function useDesk(token: string, place: Place): UsedDesk {
  const [desk, setDesk] = useState<GateDesk | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const begun = useRef({ token, place })

  useEffect(() => {
    const closing = new AbortController()
    let opened: GateDesk | null = null
    const open = async () => {
      await holdDesk(closing.signal)
      const store = await openDeviceStore(Date.now())
      if (closing.signal.aborted) return
      const { showId, gate, timeZone } = begun.current.place
      const device = deviceName(newActionKey)
      opened = new GateDesk({ token: begun.current.token, showId, gate, device, timeZone }, store)
      setDesk(opened)
      await opened.open()
      // Closed while it was being opened.
      if (closing.signal.aborted) opened.close()
    }
    open().catch((error: unknown) => {
      if (closing.signal.aborted) return
      const why = error instanceof Error ? error.message : String(error)
      if (error instanceof AnotherDesk) setProblem(why)
      else setProblem(`This browser keeps nothing for pages, so scans could be lost (${why}).`)
    })
    const look = () => opened?.lookAgain()
    for (const name of ['online', 'offline']) addEventListener(name, look)
    return () => {
      closing.abort()
      opened?.close()
      for (const name of ['online', 'offline']) removeEventListener(name, look)
    }
  }, [])

  const subscribe = useCallback((listener: () => void) => desk?.subscribe(listener) ?? (() => {}), [desk])
  const state = useSyncExternalStore(subscribe, () => desk?.state ?? null)
  return { desk, state, problem }
}
