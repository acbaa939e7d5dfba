/** syncScans: what devices at the gate tell when the network is back. */
import { gateLimits, type SyncedScan, type SyncOutcome } from '../gate/index.ts'
import { builder } from './builder.ts'
import { atShow, requireGate } from './gate-caller.ts'
import { deviceDescription, nonceDescription, ScanMove } from './gate-scan.ts'
import { readNumberedId } from './ids.ts'
import type { LimitHints } from './limits.ts'
import { orTryAgain, requireCalm } from './mutation-steps.ts'
import { anyMutation } from './refusal-types.ts'
import { BadId, NotAllowed, NotSignedIn, ShowNotFound } from './refusals.ts'
import { BadScanInput, ClockWrong } from './scan-refusals.ts'

const OfflineScanInput = builder.inputType('OfflineScanInput', {
  description: 'A scan that was made without network.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'The text of the QR code.' }),
    gate: t.string({ required: true, description: 'Name of the gate.' }),
    nonce: t.string({ required: true, description: nonceDescription }),
    move: t.field({ type: ScanMove, required: true, defaultValue: 'in', description: 'Which way.' }),
    scannedAt: t.field({ type: 'DateTime', required: true, description: 'When, by the device’s clock.' }),
    undone: t.boolean({
      required: true,
      defaultValue: false,
      description: 'It was taken back on the device, so nobody went in or out.',
    }),
  }),
})

const SyncOutcomeRef = builder.enumType('SyncOutcome', {
  description: 'What became of a scan that was made without network.',
  values: {
    COUNTS: { value: 'counts', description: 'It counts: nobody was let in with this ticket before.' },
    DUPLICATE: { value: 'duplicate', description: 'The ticket was in already. The organiser is told.' },
    EXIT_WITHOUT_ENTRY: {
      value: 'exit_without_entry',
      description: 'Nobody has gone in, as far as gates have told.',
    },
    UNDONE: { value: 'undone', description: 'It was taken back.' },
    NO_TICKET_CODE: { value: 'no_ticket_code', description: 'Not kept: no ticket code of a known kind.' },
    FORGED: { value: 'forged', description: 'Not kept: not made by us.' },
    UNKNOWN_KEY: { value: 'unknown_key', description: 'Not kept: made with a key that is not ours.' },
    REVOKED_KEY: {
      value: 'revoked_key',
      description: 'Not kept: its key was revoked, so it proves nothing any more.',
    },
    WRONG_SHOW: { value: 'wrong_show', description: 'Not kept: a ticket of another show.' },
    KEY_REUSED: {
      value: 'key_reused',
      description: 'Not kept: this device gave this nonce to another scan.',
    },
    BAD_TIME: { value: 'bad_time', description: 'Not kept: it says that it was made after it was sent.' },
  } as const satisfies Record<string, { value: SyncOutcome; description: string }>,
})

const CodeStandingRef = builder.enumType('CodeStanding', {
  description: 'Whether a genuine code holds.',
  values: {
    CURRENT: { value: 'current', description: 'It holds.' },
    REPLACED: { value: 'replaced', description: 'A newer code of its ticket exists.' },
    VOID: { value: 'void', description: 'Its ticket is void.' },
    UNKNOWN: { value: 'unknown', description: 'Its ticket is not known to the database.' },
  } as const,
})

const FirstEntry = builder.objectRef<NonNullable<SyncedScan['entry']>>('FirstEntry').implement({
  description: 'The scan that had let a ticket in.',
  fields: (t) => ({
    gate: t.exposeString('gate', { description: 'At which gate.' }),
    device: t.exposeString('device', { description: 'With which device.' }),
    scannedAt: t.expose('scannedAt', { type: 'DateTime', description: 'When.' }),
  }),
})

const SyncedScanRef = builder.objectRef<SyncedScan>('SyncedScan').implement({
  description: 'What became of one scan.',
  fields: (t) => ({
    nonce: t.exposeString('nonce', { description: 'Which scan.' }),
    outcome: t.field({
      type: SyncOutcomeRef,
      description: 'What became of it, as far as is known now. A gate that comes later may change it.',
      resolve: ({ outcome }) => outcome,
    }),
    standing: t.field({
      type: CodeStandingRef,
      nullable: true,
      description: 'Whether its code held when it arrived here. Null for what is not kept.',
      resolve: ({ standing }) => standing,
    }),
    entry: t.field({
      type: FirstEntry,
      nullable: true,
      description: 'Of a duplicate: the scan that counts.',
      resolve: ({ entry }) => entry,
    }),
  }),
})

/** Its own refusal, BadScanInput, answers longer lists. */
const scansHint: { rowlock: LimitHints } = { rowlock: { listItemsMax: 1_000 } }
const answersHint: { rowlock: LimitHints } = { rowlock: { listSize: gateLimits.scansPerSyncMax } }

builder.mutationField('syncScans', (t) =>
  t.field({
    type: [SyncedScanRef],
    description:
      'Takes over what a device scanned without network. The order in which devices come makes no difference. For gates. Safe to repeat.',
    args: {
      showId: t.arg.id({ required: true, description: 'The show that was let in.' }),
      device: t.arg.string({ required: true, description: deviceDescription }),
      sentAt: t.arg({
        type: 'DateTime',
        required: true,
        description: 'What the device’s clock says now: it must not be off by more than two minutes.',
      }),
      scans: t.arg({
        type: [OfflineScanInput],
        required: true,
        description: `Up to ${gateLimits.scansPerSyncMax} scans, each nonce once.`,
        extensions: scansHint,
      }),
    },
    errors: {
      types: [...[NotSignedIn, NotAllowed, ...anyMutation, BadId, BadScanInput, ClockWrong, ShowNotFound]],
      union: {
        name: 'SyncScansResult',
        description: 'What became of the scans, or why none was taken over.',
      },
      result: { name: 'SyncScansOk', description: 'The scans were taken over.' },
      dataField: {
        name: 'scans',
        description: 'In the order in which they were sent.',
        extensions: answersHint,
      },
    },
    resolve: (_parent, { sentAt, device, scans, showId }, context) =>
      orTryAgain(async () => {
        const { by, buyerId } = requireGate(context)
        await requireCalm(context, 'gate_sync', buyerId)
        const request = { showId: readNumberedId('Show', showId), device, sentAt, scans, by }
        return await atShow(context.deps.gate.syncScans(request))
      }),
  }),
)
