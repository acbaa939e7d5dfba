/** Every bound of printing, with its unit. */
export const paperLimits = {
  /** Orders that wait for the thread; more are told to come again. */
  ordersWaitingMax: 200,
  /** From its turn to its PDF; a thread that is slower is replaced. */
  orderMsMax: 10_000,
  threadMegabytesMax: 192,
}

export type PaperLimits = typeof paperLimits
