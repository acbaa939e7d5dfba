/**
 * Thousands of viewers in a process of their own, told what to do over the parent's channel. They count what arrives; on
 * request they note when the last of them reached each position, or keep their maps by the rules of docs/realtime.md.
 */
import { openSocket } from './socket.ts'

export interface OpenJob {
  url: string
  count: number
  /** Null: a server that just sends. */
  subscribe: { showId: string } | null
  /** Seats of each viewer's map; 0: none is kept. */
  seats: number
  /** Notes positions. */
  seqs: boolean
}

export type Order = { do: 'open'; job: OpenJob } | { do: 'reset' | 'read' | 'close' }

export interface Seen {
  open: number
  /** Why viewers were lost, the first few. */
  lost: string[]
  frames: number
  bytes: number
  /** [seq, when the last viewer had it], by `process.hrtime`, in ms. */
  reached: [number, number][]
  /** How many viewers' maps have each text of letters, or stand behind a gap. */
  maps: Record<string, number>
  gaps: number
}

interface Viewer {
  seq: number
  map: Uint8Array | null
  gap: boolean
}

interface ParsedFrame {
  after: number
  seq: number
  seats: number[]
  codes: number[]
}

const id = '7b0f6d1e-2c0e-4a55-9d0e-1f2a3b4c5d6e'
const query = 'subscription($id:ID!){seatStatusChanged(showId:$id){epoch after seq changes}}'
const openAtOnceMax = 100
const nowMs = () => Number(process.hrtime.bigint()) / 1e6

let job: OpenJob
let viewers: Viewer[] = []
let sockets: { end(): void }[] = []
let frames = 0
let bytes = 0
let lost: string[] = []
let closing = false
/** Of each seq, how many viewers have it or a later one. */
let have = new Map<number, number>()
let reached: [number, number][] = []
/** The same frame comes to everyone; it is parsed once. */
let parsed = new Map<string, ParsedFrame>()

function take(viewer: Viewer, text: Buffer, wireBytes: number): void {
  frames += 1
  bytes += wireBytes
  if (!job.seqs && job.seats === 0) return
  const frame = parse(text)
  if (frame.seq <= viewer.seq) return
  if (viewer.seq >= 0 && frame.after > viewer.seq) viewer.gap = true
  if (viewer.map) for (const [n, seat] of frame.seats.entries()) viewer.map[seat] = frame.codes[n] ?? 0
  if (job.seqs && viewer.seq >= 0) for (let seq = viewer.seq + 1; seq <= frame.seq; seq++) count(seq)
  viewer.seq = frame.seq
}

function count(seq: number): void {
  const so = (have.get(seq) ?? 0) + 1
  have.set(seq, so)
  if (so === job.count) {
    reached.push([seq, nowMs()])
    have.delete(seq)
  }
}

function parse(text: Buffer): ParsedFrame {
  const said = text.toString('latin1')
  const known = parsed.get(said)
  if (known) return known
  const [, after = '0', seq = '0', changes = ''] =
    /"after":(\d+),"seq":(\d+),"changes":"(\w*)"/.exec(said) ?? []
  const frame: ParsedFrame = { after: Number(after), seq: Number(seq), seats: [], codes: [] }
  for (const [, seat, letter] of changes.matchAll(/(\d+)([albn])/g)) {
    frame.seats.push(Number(seat))
    frame.codes.push('albn'.indexOf(letter ?? 'a'))
  }
  if (parsed.size > 500) parsed = new Map()
  parsed.set(said, frame)
  return frame
}

function openOne(n: number): Promise<void> {
  return new Promise((ready, failed) => {
    const viewer: Viewer = { seq: -1, map: job.seats > 0 ? new Uint8Array(job.seats) : null, gap: false }
    const { subscribe } = job
    // Everyone has an address: limits per address are not what is measured.
    const headers = {
      'sec-websocket-protocol': 'graphql-transport-ws',
      'x-forwarded-for': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
    }
    const socket = openSocket(new URL(job.url), headers, {
      open() {
        if (subscribe) socket.send('{"type":"connection_init"}')
        else ready()
      },
      message(text, wireBytes) {
        if (text.includes('"connection_ack"')) {
          const payload = { query, variables: { id: subscribe?.showId } }
          socket.send(JSON.stringify({ id, type: 'subscribe', payload }))
          return
        }
        take(viewer, text, wireBytes)
        ready()
      },
      close(why) {
        if (closing) return
        if (lost.length < 5) lost.push(why)
        failed(new Error(why))
      },
    })
    viewers.push(viewer)
    sockets.push(socket)
  })
}

async function openAll(): Promise<void> {
  let next = 0
  const line = async () => {
    while (next < job.count) await openOne(next++)
  }
  await Promise.all(Array.from({ length: openAtOnceMax }, line))
}

function seen(): Seen {
  const maps: Record<string, number> = {}
  for (const { map } of viewers) {
    if (!map) continue
    const letters = Array.from(map, (code) => 'albn'[code]).join('')
    maps[letters] = (maps[letters] ?? 0) + 1
  }
  const gaps = viewers.filter(({ gap }) => gap).length
  return { open: sockets.length, lost, frames, bytes, reached, maps, gaps }
}

/** Never sleeps: waking a process is dear in a virtual machine, and would be charged to whoever sends to it. */
function stayAwake(): void {
  setImmediate(stayAwake)
}
stayAwake()

process.on('message', async (order: Order) => {
  if (order.do === 'open') {
    ;[job, viewers, sockets, lost, closing] = [order.job, [], [], [], false]
    await openAll().catch((error: unknown) => lost.push(String(error)))
  }
  if (order.do === 'open' || order.do === 'reset') {
    ;[frames, bytes, have, reached] = [0, 0, new Map(), []]
  }
  if (order.do === 'close') {
    closing = true
    for (const socket of sockets) socket.end()
  }
  process.send?.(seen())
})
