/** What tests and people trying the sandbox may see and do from outside the protocol. It answers also while down. */
import type { IncomingMessage } from 'node:http'
import type { Books } from './books.ts'
import { noSuchRoute } from './refusals.ts'
import { sandboxLimits } from './sandbox-limits.ts'

/** A gateway that is down takes no calls. */
export interface Gate {
  isDown: boolean
}

export function answerAdmin(books: Books, gate: Gate, { method, url }: IncomingMessage): object {
  const { pathname, searchParams } = new URL(url ?? '', 'http://sandbox')
  switch (`${method} ${pathname}`) {
    case 'GET /admin/movements':
      return movementsAfter(books, Number.parseInt(searchParams.get('after') ?? '0', 10))
    case 'POST /admin/down':
      gate.isDown = true
      return { down: true }
    case 'POST /admin/up':
      gate.isDown = false
      return { down: false }
    default:
      throw noSuchRoute()
  }
}

function movementsAfter({ movements }: Books, after: number): object {
  const from = Math.min(Math.max(0, after || 0), movements.length)
  const shown = movements.slice(from, from + sandboxLimits.movementsPerAnswerMax)
  return { movements: shown, next: from + shown.length, total: movements.length }
}
