/** How the gates of a show work, who has come in, and what went wrong there. */
import {
  type ConflictKind,
  gateLimits,
  type ListedGate,
  type ScanConflict,
  type ShowAtGate,
} from '../gate/index.ts'
import { builder } from './builder.ts'
import { atShow, requireGate, requireHouse } from './gate-caller.ts'
import { GateScan, seatIdOfScan } from './gate-scan.ts'
import { printId, readNumberedId, readTicketId } from './ids.ts'
import type { LimitHints } from './limits.ts'
import { orTryAgain, requireCalm } from './mutation-steps.ts'
import { anyMutation } from './refusal-types.ts'
import { BadId, NotAllowed, NotSignedIn, ShowNotFound } from './refusals.ts'
import { BadGatePlan, BadScanInput } from './scan-refusals.ts'
import { seatLabel } from './seat-label.ts'

/** A hall has a handful of doors. */
const gatesHint: { rowlock: LimitHints } = { rowlock: { listSize: 10 } }
const showsHint: { rowlock: LimitHints } = { rowlock: { listSize: gateLimits.showsMax } }
const conflictsPerPage = 20
const conflictsHint: { rowlock: LimitHints } = { rowlock: { listSize: conflictsPerPage } }
/** Each is a question of its own to the database. */
const countsHint: { rowlock: LimitHints } = { rowlock: { cost: 20 } }

const ListedGateRef = builder.objectRef<ListedGate>('Gate').implement({
  description: 'A door of a show.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As devices and people call it.' }),
    zones: t.exposeStringList('zones', {
      description: 'Keys of the zones that it lets in; empty: all of them.',
    }),
  }),
})

const GateCounts = builder
  .objectRef<{ tickets: number; entered: number; inside: number }>('GateCounts')
  .implement({
    description: 'How many have come, as far as gates have told.',
    fields: (t) => ({
      tickets: t.exposeInt('tickets', { description: 'Valid tickets of the show.' }),
      entered: t.exposeInt('entered', { description: 'Tickets that have been let in.' }),
      inside: t.exposeInt('inside', { description: 'Tickets that are in now.' }),
    }),
  })

const ShowGate = builder.objectRef<ShowAtGate>('ShowGate').implement({
  description: 'A show as its gates see it.',
  fields: (t) => ({
    showId: t.id({ description: 'Id of the show.', resolve: ({ id }) => printId('Show', id) }),
    title: t.exposeString('title', { description: 'What is performed.' }),
    venue: t.exposeString('venue', { description: 'Where.' }),
    timeZone: t.exposeString('timeZone', { description: 'IANA name of the venue’s time zone.' }),
    startsAt: t.expose('startsAt', { type: 'DateTime', description: 'When it starts.' }),
    opensAt: t.expose('opensAt', { type: 'DateTime', description: 'From when on its gates let in.' }),
    closesAt: t.expose('closesAt', { type: 'DateTime', description: 'Until when.' }),
    isCancelled: t.exposeBoolean('isCancelled', { description: 'It does not take place.' }),
    reEntry: t.boolean({
      description: 'Whether one who was scanned out may come in again.',
      resolve: ({ policy }) => policy.reEntry,
    }),
    gates: t.field({
      type: [ListedGateRef],
      description: 'Its gates. Empty: it lists none, and a gate of any name lets in every seat.',
      extensions: gatesHint,
      resolve: ({ policy }) => policy.gates,
    }),
    bundlePath: t.string({
      description: 'Where a device gets what it needs to work without network, with the same token.',
      resolve: ({ id }) => `/v1/shows/${encodeURIComponent(printId('Show', id))}/gate-bundle`,
    }),
    counts: t.field({
      type: GateCounts,
      description: 'How many have come.',
      extensions: countsHint,
      resolve: ({ id }, _args, { deps }) => deps.gate.count(id),
    }),
  }),
})

builder.queryField('gateShows', (t) =>
  t.field({
    type: [ShowGate],
    description:
      'The shows that a gate can choose from: the latest that began, and the next ones. For gates.',
    extensions: showsHint,
    resolve: (_parent, _args, context) => {
      requireGate(context)
      return context.deps.gate.listShows()
    },
  }),
)

builder.queryField('showGate', (t) =>
  t.field({
    type: ShowGate,
    nullable: true,
    description: 'A show as its gates see it. Null when there is none. For gates.',
    args: { showId: t.arg.id({ required: true, description: 'Id of the show.' }) },
    resolve: (_parent, args, context) => {
      requireGate(context)
      return context.deps.gate.findShow(readNumberedId('Show', args.showId))
    },
  }),
)

const ConflictKindRef = builder.enumType('ScanConflictKind', {
  description: 'Why a scan should not have let anybody in or out.',
  values: {
    DUPLICATE: { value: 'duplicate', description: 'The ticket was in already.' },
    EXIT_WITHOUT_ENTRY: { value: 'exit_without_entry', description: 'Nobody had gone in.' },
    REPLACED: { value: 'replaced', description: 'Its code had been replaced by a newer one.' },
    VOID: { value: 'void', description: 'Its booking had been cancelled.' },
    UNKNOWN: { value: 'unknown', description: 'Genuine, and not known to the database.' },
  } as const satisfies Record<string, { value: ConflictKind; description: string }>,
})

const WrongScan = builder.objectRef<ScanConflict['scans'][number]>('WrongScan').implement({
  description: 'A scan that should not have been.',
  fields: (t) => ({
    kind: t.field({ type: ConflictKindRef, description: 'Why.', resolve: ({ kind }) => kind }),
    scan: t.field({ type: GateScan, description: 'The scan.', resolve: ({ scan }) => scan }),
  }),
})

const ScanConflictRef = builder.objectRef<ScanConflict & { showId: number }>('ScanConflict').implement({
  description: 'A ticket whose scans cannot all have been right.',
  fields: (t) => ({
    ticketId: t.id({
      description: 'Id of the ticket; the next page begins behind it.',
      resolve: ({ ticketId }) => printId('Ticket', ticketId),
    }),
    seatNo: t.exposeInt('seatNo', { description: 'Number of the seat on the map.' }),
    label: t.field({
      ...seatLabel,
      resolve: async (conflict, args, context) =>
        seatLabel.resolve({ ...conflict, seatId: await seatIdOfScan(conflict, context) }, args, context),
    }),
    entry: t.field({
      type: GateScan,
      nullable: true,
      description: 'Of a duplicate: the scan that counts, which is the earliest. Null for other kinds.',
      resolve: ({ entry }) => entry,
    }),
    scans: t.field({
      type: [WrongScan],
      description: 'The scans that should not have been, in the order in which they were made.',
      resolve: ({ scans }) => scans,
    }),
  }),
})

builder.queryField('scanConflicts', (t) =>
  t.field({
    type: [ScanConflictRef],
    description: `Tickets that were let in twice by gates without network, or although they did not hold: ${conflictsPerPage} at a time. Organisers only.`,
    extensions: conflictsHint,
    args: {
      showId: t.arg.id({ required: true, description: 'Id of the show.' }),
      after: t.arg.id({ description: 'The `ticketId` of the last one seen.' }),
    },
    resolve: async (_parent, args, context) => {
      requireHouse(context)
      const showId = readNumberedId('Show', args.showId)
      const after = args.after == null ? null : readTicketId(args.after)
      const found = await atShow(context.deps.gate.findConflicts({ showId, first: conflictsPerPage, after }))
      return found.map((conflict) => ({ ...conflict, showId }))
    },
  }),
)

const GateInput = builder.inputType('GateInput', {
  description: 'A door of a show.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Up to 40 letters, digits, spaces, or . _ / -' }),
    zones: t.stringList({ required: true, description: 'Keys of zones of the plan; empty: all of them.' }),
  }),
})

builder.mutationField('planGates', (t) =>
  t.field({
    type: ShowGate,
    description: 'Says how the gates of a show work, in place of what was said before. Organisers only.',
    args: {
      showId: t.arg.id({ required: true, description: 'Id of the show.' }),
      reEntry: t.arg.boolean({
        required: true,
        description: 'Whether one who was scanned out may come in again.',
      }),
      opensBeforeMinutes: t.arg.int({
        required: true,
        defaultValue: gateLimits.opensBeforeMinutes,
        description: 'How long before the start gates begin to let in.',
      }),
      closesAfterMinutes: t.arg.int({
        required: true,
        defaultValue: gateLimits.closesAfterMinutes,
        description: 'How long after the start they cease to.',
      }),
      gates: t.arg({
        type: [GateInput],
        required: true,
        description: 'Its gates. Empty: a gate of any name lets in every seat.',
      }),
    },
    errors: {
      types: [NotSignedIn, NotAllowed, ...anyMutation, BadId, ShowNotFound, BadGatePlan, BadScanInput],
      union: { name: 'PlanGatesResult', description: 'How its gates work now, or why that stays as it was.' },
      result: { name: 'PlanGatesOk', description: 'The gates work so from now on.' },
      dataField: { name: 'gate', description: 'The show as its gates see it.' },
    },
    resolve: (_parent, args, context) =>
      orTryAgain(async () => {
        const { buyerId } = requireHouse(context)
        await requireCalm(context, 'booking', buyerId)
        const { reEntry, opensBeforeMinutes, closesAfterMinutes, gates } = args
        const policy = { reEntry, opensBeforeMinutes, closesAfterMinutes, gates }
        return await atShow(context.deps.gate.planGates(readNumberedId('Show', args.showId), policy))
      }),
  }),
)
