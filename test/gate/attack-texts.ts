/** Where a client can put a text into what the gate asks, for the attack of every argument (test/graphql). */
import { randomUUID } from 'node:crypto'
import { printId } from '../../src/graphql/index.ts'
import type { Answer, Ask } from '../graphql/attack-world.ts'

const told = '{__typename ...on Refusal{code message}}'

interface Callers {
  /** Somebody at the gate, and an organiser: new ones each time, because how often somebody asks is bounded. */
  door: Ask
  organiser: Ask
  showId: () => string
}

type Places = Record<string, (ask: Ask, text: string) => Promise<Answer>>

export function gatePlaces({ door, organiser, showId }: Callers): Places {
  const code = `RL1:${'A'.repeat(168)}`
  const scan = (variables: Record<string, string>) =>
    door(
      `mutation($showId:ID!,$code:String!,$gate:String!,$device:String!,$nonce:String!){
         scanTicket(showId:$showId,code:$code,gate:$gate,device:$device,nonce:$nonce)${told}}`,
      { showId: showId(), code, gate: 'North', device: 'phone', nonce: randomUUID(), ...variables },
    )
  const sync = (variables: Record<string, string>, more: Record<string, string> = {}) => {
    const scannedAt = new Date().toISOString()
    const scans = [{ code, gate: 'North', nonce: randomUUID(), scannedAt, ...more }]
    return door(
      `mutation($showId:ID!,$device:String!,$sentAt:DateTime!,$scans:[OfflineScanInput!]!){
         syncScans(showId:$showId,device:$device,sentAt:$sentAt,scans:$scans){
           __typename ...on SyncScansOk{scans{nonce outcome}} ...on Refusal{code message}}}`,
      { showId: showId(), device: 'phone', sentAt: scannedAt, scans, ...variables },
    )
  }
  const plan = (planned: string, gates: { name: string; zones: string[] }[]) =>
    organiser(
      `mutation($showId:ID!,$gates:[GateInput!]!){planGates(showId:$showId,gates:$gates,reEntry:true)${told}}`,
      { showId: planned, gates },
    )
  const undo = (scanId: string, device: string) =>
    door(`mutation($scanId:ID!,$device:String!){undoScan(scanId:$scanId,device:$device)${told}}`, {
      scanId,
      device,
    })
  const noSuchShow = printId('Show', 999_999)
  return {
    'Query.showGate.showId': (_ask, x) => door('query($x:ID!){showGate(showId:$x){title}}', { x }),
    'Query.scanConflicts.showId': (_ask, x) =>
      organiser('query($x:ID!){scanConflicts(showId:$x){seatNo}}', { x }),
    'Query.scanConflicts.after': (_ask, x) =>
      organiser(`query($x:ID){scanConflicts(showId:"${showId()}",after:$x){seatNo}}`, { x }),
    'Mutation.scanTicket.showId': (_ask, x) => scan({ showId: x }),
    'Mutation.scanTicket.code': (_ask, x) => scan({ code: x }),
    'Mutation.scanTicket.gate': (_ask, x) => scan({ gate: x }),
    'Mutation.scanTicket.device': (_ask, x) => scan({ device: x }),
    'Mutation.scanTicket.nonce': (_ask, x) => scan({ nonce: x }),
    'Mutation.syncScans.showId': (_ask, x) => sync({ showId: x }),
    'Mutation.syncScans.device': (_ask, x) => sync({ device: x }),
    'OfflineScanInput.code': (_ask, x) => sync({}, { code: x }),
    'OfflineScanInput.gate': (_ask, x) => sync({}, { gate: x }),
    'OfflineScanInput.nonce': (_ask, x) => sync({}, { nonce: x }),
    'Mutation.undoScan.scanId': (_ask, x) => undo(x, 'phone'),
    'Mutation.undoScan.device': (_ask, x) => undo(printId('GateScan', randomUUID()), x),
    'Mutation.planGates.showId': (_ask, x) => plan(x, []),
    'GateInput.name': (_ask, x) => plan(noSuchShow, [{ name: x, zones: [] }]),
    'GateInput.zones': (_ask, x) => plan(showId(), [{ name: 'North', zones: [x, 'no such zone'] }]),
  }
}
