/** What this device remembers of itself over reloads: its name, who it works for, and where it stands. */
export interface Place {
  showId: string
  title: string
  timeZone: string
  gate: string
}

const tokenKey = 'rowlock.gate.token'
const placeKey = 'rowlock.gate.place'
const deviceKey = 'rowlock.gate.device'

export const readToken = () => localStorage.getItem(tokenKey)
export const keepToken = (token: string) => localStorage.setItem(tokenKey, token)
export const forgetToken = () => localStorage.removeItem(tokenKey)

export function readPlace(): Place | null {
  try {
    return JSON.parse(localStorage.getItem(placeKey) ?? 'null') as Place | null
  } catch {
    return null
  }
}

export const keepPlace = (place: Place) => localStorage.setItem(placeKey, JSON.stringify(place))
export const forgetPlace = () => localStorage.removeItem(placeKey)

/** Made once; scans are named after it. */
export function deviceName(newName: () => string): string {
  const known = localStorage.getItem(deviceKey)
  if (known) return known
  const name = `web-${newName().slice(0, 12)}`
  localStorage.setItem(deviceKey, name)
  return name
}

/** A link may hand over the token behind its `#`, which no server sees; it does not stay in the address. */
export function tokenFromAddress(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token !== null) history.replaceState(null, '', location.pathname)
  return token
}
