/** The payment token rests sealed, bound to its payment, and is opened only to be sent to the gateway. */
import type { Room } from './room.ts'

export const methodContext = (paymentId: string) => `payment.method:${paymentId}`

export const sealMethod = (
  { sealer }: Room,
  { paymentId, paymentMethod }: { paymentId: string; paymentMethod: string },
): string => sealer.seal(paymentMethod, methodContext(paymentId))

export const openMethod = (
  { sealer }: Room,
  { paymentId, sealedMethod }: { paymentId: string; sealedMethod: string },
): string => sealer.open(sealedMethod, methodContext(paymentId))
