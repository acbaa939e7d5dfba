/** The subscription to a show's changes. The frames are the ledger's own (docs/realtime.md). */
import { printChanges, type SeatFrame, type StatusLetter } from '../seating/index.ts'
import { builder } from './builder.ts'
import { printId, readNumberedId } from './ids.ts'
import { ShowNotFound } from './refusals.ts'
import { sameForEveryone } from './same-for-everyone.ts'
import { readMap } from './seat-map.ts'
import { SeatStatus } from './seat-status.ts'

interface SeatChangeShape {
  seatNo: number
  status: StatusLetter
}

interface SeatFrameShape {
  showId: number
  frame: SeatFrame
}

const SeatChange = builder.objectRef<SeatChangeShape>('SeatChange').implement({
  extensions: sameForEveryone,
  description: 'The new status of one seat.',
  fields: (t) => ({
    seatNo: t.exposeInt('seatNo', { description: 'Number of the seat.' }),
    status: t.field({ type: SeatStatus, description: 'Its status now.', resolve: ({ status }) => status }),
  }),
})

const SeatFrameRef = builder.objectRef<SeatFrameShape>('SeatFrame').implement({
  extensions: sameForEveryone,
  description:
    'What changed on a show’s map after `after` up to `seq`, with the last status of each seat. A viewer at s in ' +
    'the same epoch drops a frame with seq <= s, applies one with after <= s < seq, and else (after > s, or a ' +
    'higher epoch) fetches `seatMap` again. A frame with after = seq and no changes is a heartbeat.',
  fields: (t) => ({
    showId: t.id({ description: 'Id of the show.', resolve: ({ showId }) => printId('Show', showId) }),
    epoch: t.int({
      description: 'The epoch that after and seq count in.',
      resolve: ({ frame }) => frame.epoch,
    }),
    after: t.int({
      description: 'The frame holds every change after this one.',
      resolve: ({ frame }) => frame.after,
    }),
    seq: t.int({ description: 'Number of the last change in the frame.', resolve: ({ frame }) => frame.seq }),
    changes: t.string({
      description:
        'The changes as text: seat number and status letter in turn, "12l13l5a". a available, l locked, b booked, ' +
        'n not for sale.',
      resolve: ({ frame }) => printChanges(frame.changes),
    }),
    seats: t.field({
      type: [SeatChange],
      description: 'The same changes as objects.',
      resolve: ({ frame }) => Array.from(frame.changes, ([seatNo, status]) => ({ seatNo, status })),
    }),
  }),
})

builder.subscriptionField('seatStatusChanged', (t) =>
  t.field({
    type: SeatFrameRef,
    extensions: sameForEveryone,
    description: 'Every change of a show’s seats, beginning with a heartbeat that says where the map stands.',
    args: { showId: t.arg.id({ required: true, description: 'Id of the show.' }) },
    subscribe: async (_parent, args, { deps, loaders }) => {
      const showId = readNumberedId('Show', args.showId)
      const show = await loaders.shows.load(showId)
      if (show?.planVersionId == null) throw new ShowNotFound()
      // A show that nobody looked at since Redis began anew has no position yet; reading its map gives it one.
      if (!(await readMap(showId, deps.seating))) throw new ShowNotFound()
      return deps.live.watch(showId)
    },
    resolve: (frame, args) => ({ showId: readNumberedId('Show', args.showId), frame }),
  }),
)
