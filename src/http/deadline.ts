/** Every request is answered by a deadline, whatever it waits for: what takes longer goes on, and its client is told. */
import { Outage } from '../platform/failures.ts'

class DeadlineExceeded extends Outage {
  readonly code = 'DEADLINE_EXCEEDED'

  constructor() {
    super('This took too long. It may still be done: repeat it with the same idempotency key.', 1_000)
  }
}

export async function beforeDeadline<Answer>(answer: Promise<Answer>, deadlineMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DeadlineExceeded()), deadlineMs)
  })
  try {
    return await Promise.race([answer, deadline])
  } finally {
    clearTimeout(timer)
  }
}
