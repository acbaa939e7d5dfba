/** scanTicket and undoScan: what devices at the gate send while they have network. */
import { KeyReused } from '../seating/index.ts'
import { builder } from './builder.ts'
import { atShow, requireGate } from './gate-caller.ts'
import { deviceDescription, GateScan, nonceDescription, ScanMove } from './gate-scan.ts'
import { readGateScanId, readNumberedId } from './ids.ts'
import type { LimitHints } from './limits.ts'
import { orTryAgain, requireCalm } from './mutation-steps.ts'
import { anyMutation } from './refusal-types.ts'
import { BadId, NotAllowed, NotSignedIn, ShowNotFound } from './refusals.ts'
import { atTheDoor, BadScanInput, ClockWrong, ScanNotFound, ScanNotUndone } from './scan-refusals.ts'

/** Anything may stand on the paper that is held in front of a camera: what is no code is answered as such. */
const anyText: { rowlock: LimitHints } = { rowlock: { refusesCardNumbers: true } }

builder.mutationField('scanTicket', (t) =>
  t.field({
    type: GateScan,
    description: 'Lets the holder of a ticket in, or out: the first scan wins. For gates. Safe to repeat.',
    args: {
      showId: t.arg.id({ required: true, description: 'The show that is let in.' }),
      code: t.arg.string({ required: true, description: 'The text of the QR code.', extensions: anyText }),
      move: t.arg({ type: ScanMove, required: true, defaultValue: 'in', description: 'Which way.' }),
      gate: t.arg.string({ required: true, description: 'Name of the gate, up to 40 characters.' }),
      device: t.arg.string({ required: true, description: deviceDescription }),
      nonce: t.arg.string({ required: true, description: nonceDescription }),
      scannedAt: t.arg({
        type: 'DateTime',
        description: 'When it was scanned, if not now; at most two minutes ago.',
      }),
    },
    errors: {
      types: [
        ...[NotSignedIn, NotAllowed, ...anyMutation, BadId, BadScanInput, ClockWrong, KeyReused],
        ...[ShowNotFound, ...atTheDoor],
      ],
      union: { name: 'ScanTicketResult', description: 'Let in or out, or why not.' },
      result: { name: 'ScanTicketOk', description: 'The holder goes in, or out.' },
      dataField: { name: 'scan', description: 'The scan; of a repeat, the first one.' },
    },
    resolve: (_parent, { scannedAt, ...args }, context) =>
      orTryAgain(async () => {
        const { by, buyerId } = requireGate(context)
        await requireCalm(context, 'gate_scan', buyerId)
        const showId = readNumberedId('Show', args.showId)
        const { gate } = context.deps
        return await atShow(gate.scanTicket({ ...args, showId, by, scannedAt: scannedAt ?? null }))
      }),
  }),
)

builder.mutationField('undoScan', (t) =>
  t.field({
    type: GateScan,
    description:
      'Takes back the last scan of a ticket. Gates may for a quarter of an hour, organisers always. Safe to repeat.',
    args: {
      scanId: t.arg.id({ required: true, description: 'Id of the scan.' }),
      device: t.arg.string({ required: true, description: deviceDescription }),
    },
    errors: {
      types: [
        ...[NotSignedIn, NotAllowed, ...anyMutation, BadId, BadScanInput],
        ...[ScanNotFound, ScanNotUndone],
      ],
      union: { name: 'UndoScanResult', description: 'The scan no longer counts, or why it does.' },
      result: { name: 'UndoScanOk', description: 'The scan no longer counts.' },
      dataField: { name: 'scan', description: 'The scan that was taken back.' },
    },
    resolve: (_parent, { scanId, device }, context) =>
      orTryAgain(async () => {
        const { by, buyerId, isHouse } = requireGate(context)
        await requireCalm(context, 'gate_scan', buyerId)
        const { gate } = context.deps
        return await gate.undoScan({ scanId: readGateScanId(scanId), device, by, anyTime: isHouse })
      }),
  }),
)
