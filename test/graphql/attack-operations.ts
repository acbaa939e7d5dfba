/** The mutations as a hostile client writes them: whatever comes back is asked for by its refusal. */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { pick } from './api-world.ts'
import { type Ask, toldCode } from './attack-world.ts'

const told = '__typename ...on Refusal{code message}'

export const operations = {
  lockSeats: `mutation($showId:ID!,$seats:[String!],$areas:[AreaPlacesInput!],$lockId:ID,$key:String!){
    lockSeats(showId:$showId,seats:$seats,areas:$areas,lockId:$lockId,idempotencyKey:$key){${told}
      ...on LockSeatsOk{lock{id seats{seatId}}} ...on BadSeatCount{count max} ...on RateLimited{retryAfterMs}
      ...on UnknownSeats{seatIds areaKeys} ...on DuplicateSeats{seatIds} ...on SeatsUnavailable{seats{seatId status}}}}`,
  extendLock: `mutation($lockId:ID!,$key:String!){extendLock(lockId:$lockId,idempotencyKey:$key){${told}}}`,
  releaseLock: `mutation($lockId:ID!,$seats:[String!]){releaseLock(lockId:$lockId,seats:$seats){${told}}}`,
  createBooking: `mutation($lockId:ID!,$method:String!,$promotion:String,$key:String!){
    createBooking(lockId:$lockId,paymentMethod:$method,promotionCode:$promotion,idempotencyKey:$key){${told}
      ...on RateLimited{retryAfterMs} ...on TryAgain{retryAfterMs} ...on CreateBookingOk{booking{id state tickets{id}}}}}`,
  cancelBooking: `mutation($id:ID!){cancelBooking(bookingId:$id){${told} ...on RateLimited{retryAfterMs}}}`,
} as const

/** Locks a seat that is free, as an honest buyer would. */
export async function lockOne(ask: Ask, showId: string, seatId: string): Promise<string> {
  const answer = await ask(operations.lockSeats, { showId, seats: [seatId], key: randomUUID() })
  expect(answer.data, answer.text).toMatchObject({ lockSeats: { __typename: 'LockSeatsOk' } })
  return String(pick(answer.data, 'lockSeats.lock.id'))
}

export async function book(ask: Ask, lockId: string, method = 'tok_ok'): Promise<string> {
  const answer = await ask(operations.createBooking, { lockId, method, key: randomUUID() })
  expect(answer.data, answer.text).toMatchObject({ createBooking: { __typename: 'CreateBookingOk' } })
  return String(pick(answer.data, 'createBooking.booking.id'))
}

export async function codeOf(ask: Ask, query: string, variables: Record<string, unknown>): Promise<unknown> {
  return toldCode(await ask(query, variables))
}
