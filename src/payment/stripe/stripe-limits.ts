/** Every bound of the Stripe gateway, with its unit. */
export const stripeLimits = {
  answerBytesMax: 1_048_576,
  /** Of one intent; the most that Stripe lists on a page. */
  refundsListedMax: 100,
  noticeBytesMax: 1_048_576,
  /** A delivery that was signed longer ago is a replay. Stripe signs every delivery anew, also a late one. */
  noticeAgeMsMax: 300_000,
} as const
