/**
 * What a payment network tells on its own account. A notice is a hint to look, never the truth: it may come twice, out
 * of order, days late or not at all. So it names what to look at, and not how that stands.
 */
export type GatewayNotice =
  /** Something became of a payment, or of money given back for it: `look` tells what. */
  | { kind: 'intent'; intentId: string }
  /**
   * Something became of a refund. `key` is the one it was asked for with; null for a refund that somebody made beyond
   * the port. A refund that failed after it was accepted shows in a `look`: less has gone back than was paid.
   */
  | { kind: 'refund'; refundId: string; intentId: string | null; key: string | null }
  /** The buyer's bank takes the money back, or has decided. No call of the port tells more: a person must know. */
  | {
      kind: 'dispute'
      disputeId: string
      intentId: string | null
      event: 'opened' | 'closed'
      status: string
      reason: string
    }

export interface ReadNotice {
  /** The network's own id of the event: a repeated delivery has the same. */
  eventId: string
  /** The network's word for what happened. */
  type: string
  /** Null for what does not concern payments here: it is acknowledged, and nothing is done. */
  notice: GatewayNotice | null
}

/** Reads a delivery as it came over HTTP, byte for byte; throws NoticeNotVerified. */
export type NoticeReader = (
  rawBody: string | Uint8Array,
  signatureHeader: string | undefined,
  now: Date,
) => ReadNotice

/** The delivery does not prove that it comes from the network. It is answered with 400, and nothing is done. */
export class NoticeNotVerified extends Error {}
