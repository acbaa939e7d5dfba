/** The name of one user action: repeats of the action carry the same name, so it is done once. */
export function newActionKey(): string {
  // randomUUID exists only on secure origins; a shop tried out over plain HTTP in a local network is none.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
