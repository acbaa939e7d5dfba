/**
 * The load generator, a process of its own so that its work is not counted as the servers'. Reads one job from standard
 * input and prints one result. Closed: so many connections, each asks again when it was answered. Open: requests leave at
 * their time whether or not earlier ones were answered, and waiting for a connection counts as latency.
 */
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface LoadJob {
  url: string
  path: string
  /** Sent once each, in order. */
  requests: { headers: Record<string, string>; body: string }[]
  connections: number
  /** Requests a second; null: closed. */
  rate: number | null
  msMax: number
  /** What a good answer holds. */
  expected: string
}

export interface LoadResult {
  sent: number
  good: number
  /** The first answers that were not good. */
  bad: string[]
  seconds: number
  /** Milliseconds of good answers, ascending. */
  latencies: number[]
}

const job = JSON.parse(await text(process.stdin)) as LoadJob
const agent = new Agent({ keepAlive: true, maxSockets: job.connections, scheduling: 'fifo' })
const { hostname, port } = new URL(job.url)
const result: LoadResult = { sent: 0, good: 0, bad: [], seconds: 0, latencies: [] }

function send({ headers, body }: LoadJob['requests'][number], dueAt: number): Promise<void> {
  result.sent += 1
  return new Promise((done) => {
    const failed = (reason: string) => {
      if (result.bad.length < 5) result.bad.push(reason)
      done()
    }
    const outgoing = request(
      {
        ...{ agent, hostname, port, path: job.path, method: 'POST' },
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
      },
      (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => {
          const said = Buffer.concat(parts).toString()
          if (!said.includes(job.expected)) return failed(said.slice(0, 300))
          result.good += 1
          result.latencies.push(performance.now() - dueAt)
          done()
        })
      },
    )
    outgoing.on('error', (error) => failed(error.message))
    outgoing.end(body)
  })
}

const startedAt = performance.now()
const isOver = () => result.sent >= job.requests.length || performance.now() - startedAt >= job.msMax
const next = () => job.requests[result.sent]

async function oneConnection(): Promise<void> {
  for (let wanted = next(); wanted && !isOver(); wanted = next()) await send(wanted, performance.now())
}

async function atRate(rate: number): Promise<void> {
  const under: Promise<void>[] = []
  for (let wanted = next(); wanted && !isOver(); wanted = next()) {
    const dueAt = startedAt + (result.sent * 1_000) / rate
    const waitMs = dueAt - performance.now()
    if (waitMs > 0) await new Promise((later) => setTimeout(later, waitMs))
    else under.push(send(wanted, dueAt))
  }
  await Promise.all(under)
}

if (job.rate === null) await Promise.all(Array.from({ length: job.connections }, oneConnection))
else await atRate(job.rate)
result.seconds = (performance.now() - startedAt) / 1_000
result.latencies.sort((a, b) => a - b)
process.stdout.write(JSON.stringify(result), () => process.exit(0))
