/** Opens the room: builds what the verbs stand on. It holds nothing that has to be closed. */
import type { ConflictPage, GateCounts, ScanConflict } from './find-conflicts.ts'
import { countAtGate, findConflicts } from './find-conflicts.ts'
import { type GateLimits, gateLimits } from './gate-limits.ts'
import { type GatePolicy, readShow, readShows, type ShowAtGate } from './gate-policy.ts'
import { type BundleMaker, bundleMaker } from './make-bundle.ts'
import { planGates } from './plan-gates.ts'
import type { Room } from './room.ts'
import type { ScanRow } from './scan-rows.ts'
import { type ScanTicket, scanTicket } from './scan-ticket.ts'
import { type SyncedScan, type SyncScans, syncScans } from './sync-scans.ts'
import { type UndoScan, undoScan } from './undo-scan.ts'

export interface GateOptions extends Pick<Room, 'pool' | 'ticketing' | 'catalog' | 'clock'> {
  limits?: Partial<GateLimits>
}

export interface Gate {
  /** Lets in or out, or refuses with the reason. */
  scanTicket(request: ScanTicket): Promise<ScanRow>
  undoScan(request: UndoScan): Promise<ScanRow>
  syncScans(request: SyncScans): Promise<SyncedScan[]>
  findConflicts(page: ConflictPage): Promise<ScanConflict[]>
  /** A show as its gates see it; null when there is none. */
  findShow(showId: number): Promise<ShowAtGate | null>
  /** Shows that a gate can choose from. */
  listShows(): Promise<ShowAtGate[]>
  count(showId: number): Promise<GateCounts>
  planGates(showId: number, policy: GatePolicy): Promise<ShowAtGate>
  /** What a device needs to check codes without network, signed and compressed. */
  bundle: BundleMaker
}

export function openGate({ limits, ...options }: GateOptions): Gate {
  const room: Room = { ...options, limits: { ...gateLimits, ...limits } }
  return {
    scanTicket: (request) => scanTicket(room, request),
    undoScan: (request) => undoScan(room, request),
    syncScans: (request) => syncScans(room, request),
    findConflicts: (page) => findConflicts(room, page),
    findShow: (showId) => readShow(room.pool, room.limits, showId),
    listShows: () => readShows(room.pool, room.limits, room.clock.now()),
    count: (showId) => countAtGate(room, showId),
    planGates: (showId, policy) => planGates(room, showId, policy),
    bundle: bundleMaker(room),
  }
}
