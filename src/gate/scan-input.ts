/** Names that devices and people give, checked before anything is done with them. */
import { keyedUuid } from '../platform/ids.ts'
import type { GateLimits } from './gate-limits.ts'
import { BadScanInput } from './refusals.ts'

export interface ScanNames {
  gate: string
  device: string
  nonce: string
}

const gateName = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._/-]*[\p{L}\p{M}\p{N}])?$/u
const deviceName = /^[\w-]+$/

export function checkGate(gate: string, { gateNameCharsMax }: GateLimits): void {
  if (gate.length <= gateNameCharsMax && gateName.test(gate)) return
  const expected = `1 to ${gateNameCharsMax} letters, digits, spaces, or . _ / -, beginning and ending with a letter or digit`
  throw new BadScanInput('gate', expected)
}

export function checkDevice(device: string, { deviceCharsMax }: GateLimits): void {
  if (device.length <= deviceCharsMax && deviceName.test(device)) return
  throw new BadScanInput('device', `1 to ${deviceCharsMax} characters out of A-Z, a-z, 0-9, "-" and "_"`)
}

export function checkNonce(nonce: string, { nonceCharsMin, nonceCharsMax }: GateLimits): void {
  if (nonce.length >= nonceCharsMin && nonce.length <= nonceCharsMax && deviceName.test(nonce)) return
  const expected = `${nonceCharsMin} to ${nonceCharsMax} characters out of A-Z, a-z, 0-9, "-" and "_"`
  throw new BadScanInput('nonce', expected)
}

/** The same scan has the same id wherever and however often it arrives. It is no secret. */
export function scanIdOf(showId: number, device: string, nonce: string): string {
  return keyedUuid('gate scan', String(showId), device, nonce)
}

export const undoIdOf = (scanId: string): string => keyedUuid('gate scan', 'undo', scanId)
