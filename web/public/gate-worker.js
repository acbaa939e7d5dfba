/**
 * Serves the page of the gate when there is no network. Files with a hash in their name never change, so a kept one is as
 * good as a new one; the page itself is fetched anew where that is possible. What is not the page's is not touched.
 */
const cacheName = 'rowlock-gate'
const pageMsMax = 3_000

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') event.respondWith(freshPage(request))
  else if (url.pathname.startsWith('/assets/') || url.pathname === '/favicon.svg') {
    event.respondWith(keptFile(request))
  }
})

async function freshPage(request) {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(pageMsMax) })
  } catch (error) {
    const kept = await caches.match('/gate', { cacheName, ignoreVary: true })
    if (kept) return kept
    throw error
  }
}

async function keptFile(request) {
  return (await caches.match(request, { cacheName, ignoreVary: true })) ?? fetch(request)
}
