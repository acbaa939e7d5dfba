/** A scan, and the words that devices at the gate and the API have in common. */
import type { ScanRow } from '../gate/index.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { printId } from './ids.ts'
import { seatLabel } from './seat-label.ts'

export const ScanMove = builder.enumType('ScanMove', {
  description: 'Which way somebody goes.',
  values: {
    IN: { value: 'in', description: 'Into the house.' },
    OUT: { value: 'out', description: 'Out of it, to come in again: where the show allows it.' },
  } as const,
})

export const deviceDescription =
  'Your own name of the device, 1 to 64 characters out of A-Z, a-z, 0-9, "-" and "_". It must not change: a random ' +
  'one that the device keeps is good.'
export const nonceDescription =
  'Your own name of this scan, 8 to 64 characters out of A-Z, a-z, 0-9, "-" and "_". A repeat with the same nonce is ' +
  'the same scan.'

export const GateScan = builder.objectRef<ScanRow>('GateScan').implement({
  description: 'Somebody was let in or out with a ticket.',
  fields: (t) => ({
    id: t.id({ description: 'Opaque id of the scan.', resolve: ({ id }) => printId('GateScan', id) }),
    ticketId: t.id({
      description: 'Id of the ticket.',
      resolve: ({ ticketId }) => printId('Ticket', ticketId),
    }),
    seatNo: t.exposeInt('seatNo', { description: 'Number of the seat on the map.' }),
    seatId: t.string({
      description: 'Name of the seat.',
      resolve: (scan, _args, context) => seatIdOfScan(scan, context),
    }),
    label: t.field({
      ...seatLabel,
      resolve: async (scan, args, context) =>
        seatLabel.resolve({ ...scan, seatId: await seatIdOfScan(scan, context) }, args, context),
    }),
    move: t.field({
      type: ScanMove,
      description: 'Which way.',
      resolve: ({ move }) => (move === 'out' ? 'out' : 'in'),
    }),
    gate: t.exposeString('gate', { description: 'At which gate.' }),
    device: t.exposeString('device', { description: 'With which device.' }),
    scannedAt: t.expose('scannedAt', { type: 'DateTime', description: 'When.' }),
    offline: t.exposeBoolean('offline', { description: 'It was made without network and told later.' }),
  }),
})

export async function seatIdOfScan(
  { showId, seatNo }: Pick<ScanRow, 'showId' | 'seatNo'>,
  { loaders }: Context,
): Promise<string> {
  const show = await loaders.shows.load(showId)
  const plan = show?.planVersionId == null ? null : await loaders.plans.load(show.planVersionId)
  return plan?.seatIdOf(seatNo) ?? `seat ${seatNo}`
}
