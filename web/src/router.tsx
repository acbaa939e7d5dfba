/** Six paths need no library: the address is read into a route, and links change it without loading a page. */
import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from 'react'

export type Route =
  | { page: 'events' }
  | { page: 'show'; id: string }
  | { page: 'bookings' }
  | { page: 'booking'; id: string }
  | { page: 'gate' }
  | { page: 'take' }
  | { page: 'unknown' }

const navigated = 'rowlock:navigated'

export function routeOf(path: string): Route {
  const [first = '', second, third] = path.split('/').filter(Boolean)
  if (third !== undefined) return { page: 'unknown' }
  if (first === '') return { page: 'events' }
  if (first === 'shows' && second) return { page: 'show', id: decode(second) }
  if (first === 'bookings') return second ? { page: 'booking', id: decode(second) } : { page: 'bookings' }
  if (first === 'gate' && second === undefined) return { page: 'gate' }
  if (first === 'take' && second === undefined) return { page: 'take' }
  return { page: 'unknown' }
}

export const showPath = (id: string) => `/shows/${encodeURIComponent(id)}`
/** Behind the #, where no server and no log sees it. */
export const takePath = (offer: string) => `/take#${offer}`
export const bookingPath = (id: string) => `/bookings/${encodeURIComponent(id)}`

export function navigate(path: string): void {
  history.pushState(null, '', path)
  dispatchEvent(new Event(navigated))
  scrollTo(0, 0)
}

/** Changes the address of the page one is on, without a step in the history. */
export function replacePath(path: string): void {
  history.replaceState(null, '', path)
  dispatchEvent(new Event(navigated))
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname)
}

export function useQueryText(): string {
  return useSyncExternalStore(subscribe, () => location.search)
}

export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
    if (event.defaultPrevented || elsewhere) return
    event.preventDefault()
    navigate(href)
  }
  return <a href={href} onClick={follow} {...rest} />
}

function subscribe(listener: () => void): () => void {
  for (const name of ['popstate', navigated]) addEventListener(name, listener)
  return () => {
    for (const name of ['popstate', navigated]) removeEventListener(name, listener)
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
