/**
 * What a code says, as 25 bytes: ticket id (16), show (4), seat (3), generation (2), big-endian. No personal data: who
 * bought it stands in the database only. Knows no platform, so that a browser can use it as it is.
 */
export interface TicketPayload {
  /** UUID in lower case. */
  ticketId: string
  showId: number
  seatNo: number
  /** 1 for the first code of a ticket; a newer one replaces the older. */
  generation: number
}

export const payloadBytes = 25
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const seatNoMax = 0xff_ffff
/** A ticket's code can be replaced until its generation no longer fits two bytes. */
export const generationMax = 0xffff
const showIdMax = 0x7fff_ffff

export function writePayload({ ticketId, showId, seatNo, generation }: TicketPayload): Uint8Array {
  if (!uuid.test(ticketId)) throw new RangeError('A ticket id is a uuid in lower case')
  if (!isPayload(showId, seatNo, generation)) {
    throw new RangeError(`No code has room for show ${showId}, seat ${seatNo}, generation ${generation}`)
  }
  const bytes = new Uint8Array(payloadBytes)
  const view = new DataView(bytes.buffer)
  const hex = ticketId.replaceAll('-', '')
  for (let at = 0; at < 16; at++) bytes[at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16)
  view.setUint32(16, showId)
  view.setUint8(20, seatNo >>> 16)
  view.setUint16(21, seatNo & 0xffff)
  view.setUint16(23, generation)
  return bytes
}

/** Null when a field has a value that no ticket has. */
export function readPayload(bytes: Uint8Array): TicketPayload | null {
  if (bytes.length !== payloadBytes) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const hex = Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const showId = view.getUint32(16)
  const seatNo = (view.getUint8(20) << 16) | view.getUint16(21)
  const generation = view.getUint16(23)
  if (!isPayload(showId, seatNo, generation)) return null
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
  return { ticketId: parts.join('-'), showId, seatNo, generation }
}

function isPayload(showId: number, seatNo: number, generation: number): boolean {
  const within = (value: number, min: number, max: number) =>
    Number.isInteger(value) && value >= min && value <= max
  return within(showId, 1, showIdMax) && within(seatNo, 0, seatNoMax) && within(generation, 1, generationMax)
}
