import { useEffect, useState, useSyncExternalStore } from 'react'
import { type LiveBasket, openBasket } from '../../basket/basket.ts'
import { type Basket, emptyBasket } from '../../basket/basket-state.ts'

/** The basket of a show, for as long as its page is open. */
export function useBasket(showId: string): { basket: Basket; live: LiveBasket | null } {
  const [live, setLive] = useState<LiveBasket | null>(null)
  useEffect(() => {
    const opened = openBasket(showId)
    setLive(opened)
    opened.reload().catch(() => {})
    return () => {
      opened.close()
      setLive(null)
    }
  }, [showId])
  const basket = useSyncExternalStore(
    (listener) => live?.onChange(listener) ?? (() => {}),
    () => live?.now() ?? emptyBasket,
  )
  return { basket, live }
}
