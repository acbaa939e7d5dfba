/** The API as a fan's browser uses it: one HTTP request at a time, each timed, from an address of the fan's own. */
import type { Agent } from 'node:http'
import { request } from 'node:http'
import { count, type Operation, type Tally } from './tally.ts'

export interface FanApi {
  guest(): Promise<Answered>
  /** Packed statuses: two bits a seat. */
  map(): Promise<Uint8Array | null>
  lock(seats: string[], key: string): Promise<Answered>
  release(lockId: string): Promise<Answered>
  book(lockId: string, method: string, key: string): Promise<Answered>
  look(bookingId: string): Promise<Answered>
}

/** One member of a result union, or `Unanswered` where there was none. */
export interface Answered {
  __typename: string
  retryAfterMs?: number
  token?: string
  lock?: { id: string }
  booking?: { id: string; state: string }
}

export interface FanWorld {
  url: string
  showId: string
  agent: Agent
  tally: Tally
}

const refusal = '... on Refusal { code } ... on RateLimited { retryAfterMs } ... on TryAgain { retryAfterMs }'
const documents = {
  guest: `mutation { startGuestSession { __typename ... on StartGuestSessionOk { token } ... on RateLimited { retryAfterMs } } }`,
  lock: `mutation ($showId: ID!, $seats: [String!], $key: String!) {
    lockSeats(showId: $showId, seats: $seats, idempotencyKey: $key) {
      __typename ... on LockSeatsOk { lock { id } } ${refusal} } }`,
  release: `mutation ($lockId: ID!) { releaseLock(lockId: $lockId) { __typename } }`,
  book: `mutation ($lockId: ID!, $method: String!, $key: String!) {
    createBooking(lockId: $lockId, paymentMethod: $method, idempotencyKey: $key) {
      __typename ... on CreateBookingOk { booking { id state } } ${refusal} } }`,
  look: `query ($id: ID!) { node(id: $id) { __typename ... on Booking { id state } } }`,
}

export function fanApi(world: FanWorld, fan: number): FanApi {
  const { showId, tally } = world
  // As a proxy would tell it: every fan has a network of their own.
  const address = `10.${(fan >> 16) & 255}.${(fan >> 8) & 255}.${fan & 255}`
  let token = ''

  async function ask(operation: Exclude<Operation, 'map'>, variables: object): Promise<Answered> {
    const body = JSON.stringify({ query: documents[operation], variables })
    const { status, text } = await send(world, operation, address, '/graphql', token, body)
    const { data, errors } = parsed(text)
    const [answer] = Object.values(data ?? {})
    if (status === 200 && answer) return answer as Answered
    const code = errors?.[0]?.extensions?.code ?? `HTTP ${status}`
    count(tally.refusals, `${operation}: ${code}`)
    return { __typename: 'Unanswered', retryAfterMs: 1_000 }
  }

  return {
    async guest() {
      const answer = await ask('guest', {})
      token = answer.token ?? ''
      return answer
    },
    async map() {
      const { status, text } = await send(world, 'map', address, `/v1/shows/${showId}/seats`, '', null)
      if (status === 200) return Buffer.from((JSON.parse(text) as { statuses: string }).statuses, 'base64')
      count(tally.refusals, `map: HTTP ${status}`)
      return null
    },
    lock: (seats, key) => ask('lock', { showId, seats, key }),
    release: (lockId) => ask('release', { lockId }),
    book: (lockId, method, key) => ask('book', { lockId, method, key }),
    async look(id) {
      const node = (await ask('look', { id })) as unknown as { id: string; state: string }
      return { __typename: 'CreateBookingOk', booking: node }
    },
  }
}

interface GraphqlBody {
  data?: Record<string, unknown> | null
  errors?: { extensions?: { code?: string } }[]
}

function parsed(text: string): GraphqlBody {
  try {
    return JSON.parse(text) as GraphqlBody
  } catch {
    return {}
  }
}

function send(
  { url, agent, tally }: FanWorld,
  operation: Operation,
  address: string,
  path: string,
  token: string,
  body: string | null,
): Promise<{ status: number; text: string }> {
  const begun = performance.now()
  return new Promise((done) => {
    const outgoing = request(
      `${url}${path}`,
      {
        agent,
        method: body === null ? 'GET' : 'POST',
        headers: {
          'x-forwarded-for': address,
          ...(body !== null && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          }),
          ...(token && { authorization: `Bearer ${token}` }),
        },
      },
      (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => {
          tally.latencies[operation].push(performance.now() - begun)
          done({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() })
        })
        answer.on('error', () => done({ status: 0, text: '' }))
      },
    )
    outgoing.on('error', () => done({ status: 0, text: '' }))
    outgoing.end(body ?? undefined)
  })
}
