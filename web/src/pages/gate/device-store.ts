/**
 * What this device keeps over reloads and without network: the bundle of the show, and every scan it has made. A scan is
 * kept before anyone is told to come in, so that none is forgotten.
 */
export interface OwnScan {
  nonce: string
  showId: string
  code: string
  ticketId: string
  seat: string
  gate: string
  move: 'in' | 'out'
  /** By the server's clock, as far as this device knows it. */
  scannedAtMs: number
  undone: boolean
  /** Told: the server has it. Refused: the server has not kept it. */
  state: 'waiting' | 'told' | 'refused'
  outcome: string | null
}

export interface KeptBundle {
  bytes: Uint8Array<ArrayBuffer>
  fetchedAtMs: number
  /** What to add to this device's clock. */
  clockOffMs: number
}

export interface DeviceStore {
  readBundle(showId: string): Promise<KeptBundle | null>
  keepBundle(showId: string, bundle: KeptBundle): Promise<void>
  readScans(showId: string): Promise<OwnScan[]>
  keepScans(scans: readonly OwnScan[]): Promise<void>
}

const keptMsMax = 4 * 86_400_000

export async function openDeviceStore(nowMs: number): Promise<DeviceStore> {
  const opening = indexedDB.open('rowlock-gate', 1)
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore('bundles')
    opening.result.createObjectStore('scans', { keyPath: 'nonce' }).createIndex('showId', 'showId')
  }
  const database = await done(opening)
  await dropOld(database, nowMs - keptMsMax)
  const bundles = (mode: IDBTransactionMode) => database.transaction('bundles', mode).objectStore('bundles')
  const keepScans = (scans: readonly OwnScan[]) =>
    new Promise<void>((resolve, reject) => {
      const transaction = database.transaction('scans', 'readwrite', { durability: 'strict' })
      for (const scan of scans) transaction.objectStore('scans').put(scan)
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
    })
  return {
    readBundle: async (showId) =>
      ((await done(bundles('readonly').get(showId))) as KeptBundle | undefined) ?? null,
    keepBundle: async (showId, bundle) => void (await done(bundles('readwrite').put(bundle, showId))),
    readScans: (showId) =>
      done(database.transaction('scans').objectStore('scans').index('showId').getAll(showId)) as Promise<
        OwnScan[]
      >,
    keepScans,
  }
}

/** Scans that the server has, and bundles, of shows that are long over. */
async function dropOld(database: IDBDatabase, beforeMs: number): Promise<void> {
  const scans = database.transaction('scans', 'readwrite').objectStore('scans')
  for (const scan of (await done(scans.getAll())) as OwnScan[]) {
    if (scan.state !== 'waiting' && scan.scannedAtMs < beforeMs) scans.delete(scan.nonce)
  }
  const bundles = database.transaction('bundles', 'readwrite').objectStore('bundles')
  for (const key of await done(bundles.getAllKeys())) {
    const kept = (await done(bundles.get(key))) as KeptBundle
    if (kept.fetchedAtMs < beforeMs) bundles.delete(key)
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
