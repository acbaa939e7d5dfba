/**
 * What the gate asks the server, with the token of an account of the gate and not the guest's. Two things can go wrong that
 * are no answer: nothing came back, and then whether it was carried out is unknown; or the token is no longer good.
 */

import type { TypedDocumentString } from '../../generated/graphql.ts'
import { graphql } from '../../generated/index.ts'

export class NoAnswer extends Error {}

/** The account may not, or no longer: somebody has to sign in again. */
export class SignedOut extends Error {}

export const gateShows = graphql(`
  query GateShows {
    gateShows { showId title venue timeZone startsAt opensAt closesAt isCancelled gates { name } }
  }
`)

export const gateStatus = graphql(`
  query GateStatus($showId: ID!) {
    showGate(showId: $showId) {
      reEntry opensAt closesAt isCancelled gates { name zones } counts { tickets entered inside }
    }
  }
`)

export const scanTicket = graphql(`
  mutation ScanTicket(
    $showId: ID!, $code: String!, $gate: String!, $device: String!, $nonce: String!, $move: ScanMove!, $scannedAt: DateTime!
  ) {
    scanTicket(
      showId: $showId, code: $code, gate: $gate, device: $device, nonce: $nonce, move: $move, scannedAt: $scannedAt
    ) {
      __typename
      ... on ScanTicketOk { scan { ticketId label { text } } }
      ... on Refusal { message code }
      ... on AlreadyUsed { scannedAt gate }
      ... on WrongShow { title startsAt }
      ... on TooEarly { opensAt }
      ... on ShowOver { closedAt }
      ... on GateNotListed { gates }
      ... on WrongGate { gates }
      ... on ClockWrong { serverTime }
    }
  }
`)

export const syncScans = graphql(`
  mutation SyncScans($showId: ID!, $device: String!, $sentAt: DateTime!, $scans: [OfflineScanInput!]!) {
    syncScans(showId: $showId, device: $device, sentAt: $sentAt, scans: $scans) {
      __typename
      ... on SyncScansOk { scans { nonce outcome } }
      ... on Refusal { message code }
      ... on ClockWrong { serverTime }
    }
  }
`)

export async function askGate<Result, Variables>(
  token: string,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  answerMsMax: number,
): Promise<Result> {
  const body = JSON.stringify({ query: String(document), variables })
  const response = await send('/graphql', token, answerMsMax, { method: 'POST', body })
  const answer = (await response.json().catch(() => ({}))) as {
    data?: Result | null
    errors?: { message: string; extensions?: { code?: string } }[]
  }
  const [error] = answer.errors ?? []
  const code = error?.extensions?.code ?? ''
  if (code === 'NOT_ALLOWED' || code === 'NOT_SIGNED_IN') throw new SignedOut(error?.message)
  if (error || !answer.data) throw new NoAnswer(error?.message ?? 'The server gave no answer.')
  return answer.data
}

export async function fetchBundle(
  token: string,
  showId: string,
  answerMsMax: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const path = `/v1/shows/${encodeURIComponent(showId)}/gate-bundle`
  const response = await send(path, token, answerMsMax, {})
  if (response.status === 403) throw new SignedOut('This account is not of the gate.')
  if (!response.ok) throw new NoAnswer(`The bundle could not be had (${response.status}).`)
  return new Uint8Array(await response.arrayBuffer())
}

async function send(path: string, token: string, msMax: number, init: RequestInit): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  let response: Response
  try {
    response = await fetch(path, { ...init, headers, signal: AbortSignal.timeout(msMax) })
  } catch {
    throw new NoAnswer('The server could not be reached.')
  }
  if (response.status === 401) throw new SignedOut('The token is no longer good.')
  return response
}
