/**
 * Keeps this page for when there is no network: a service worker answers with what was loaded before. Where there is none
 * (no HTTPS) the page works as long as it stays open.
 */
const cacheName = 'rowlock-gate'

/** False where the page cannot be kept. */
export async function keepPage(): Promise<boolean> {
  if (!('serviceWorker' in navigator)) return false
  try {
    await navigator.serviceWorker.register('/gate-worker.js', { scope: '/gate' })
    const cache = await caches.open(cacheName)
    const wanted = ['/gate', ...assetsOfPage()]
    await cache.addAll(wanted)
    const kept = new Set(wanted.map((path) => new URL(path, location.href).href))
    for (const request of await cache.keys()) if (!kept.has(request.url)) await cache.delete(request)
    return true
  } catch {
    // Without network now: what was kept before still serves.
    return navigator.serviceWorker.controller !== null
  }
}

function assetsOfPage(): string[] {
  return performance
    .getEntriesByType('resource')
    .map(({ name }) => new URL(name))
    .filter(({ origin, pathname }) => origin === location.origin && /^\/(assets\/|favicon)/.test(pathname))
    .map(({ pathname }) => pathname)
}
