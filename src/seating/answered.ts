/**
 * How a verb ends for its caller: with its answer, or with a retryable outage when PostgreSQL is away or something keeps
 * silent for too long. What was begun goes on behind it, and a repeat with the same key finds what came of it.
 */
import { isPostgresAway } from '../platform/postgres-away.ts'
import { ClaimsAway } from './refusals.ts'

export async function answered<Answer>(answerMsMax: number, work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ClaimsAway(`No answer within ${answerMsMax} ms`)), answerMsMax)
  })
  try {
    return await Promise.race([work, silence])
  } catch (error) {
    throw isPostgresAway(error) ? new ClaimsAway(error) : error
  } finally {
    clearTimeout(timer)
  }
}
