/** Whether a show's seats can be had, in words and in form. */
import type { SaleStatus } from '../generated/graphql.ts'

const words: Record<SaleStatus, string> = {
  ON_SALE: 'On sale',
  CLOSED: 'Sale closed',
  CANCELLED: 'Cancelled',
  NOT_ON_SALE: 'Not sold here',
}

export function SaleStatusMark({ status, over }: { status: SaleStatus; over: boolean }) {
  const text = over && status === 'ON_SALE' ? 'Over' : words[status]
  return (
    <span className="sale-status" data-status={over ? 'OVER' : status}>
      {text}
    </span>
  )
}
