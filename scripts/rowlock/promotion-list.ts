import { type ListedPromotion, listPromotions } from '../../src/operate/index.ts'
import { printAmount } from '../../src/platform/currency.ts'
import { type Command, readArgs } from './command.ts'

export const promotionListCommand: Command = {
  name: 'promotion list',
  usage: '',
  about: 'Lists promotion codes and how often they were used.',
  async run(args, instance) {
    readArgs(args, {})
    const { pool } = await instance.postgres()
    const promotions = await listPromotions(pool)
    if (promotions.length === 0) console.error('There are no promotions. `promotion add CODE` adds one.')
    for (const promotion of promotions) console.log(told(promotion))
    return 0
  },
}

function told({
  code,
  basisPoints,
  amountMinor,
  currency,
  event,
  startsAt,
  endsAt,
  used,
  usesMax,
}: ListedPromotion) {
  const off = currency === null ? `${basisPoints / 100} %` : printAmount({ amountMinor, currency })
  return [
    `${code.padEnd(20)} ${off} off, used ${used}${usesMax === null ? '' : ` of ${usesMax}`}`,
    ...[
      event ?? [],
      startsAt ? `from ${startsAt.toISOString()}` : [],
      endsAt ? `until ${endsAt.toISOString()}` : [],
    ],
  ]
    .flat()
    .join(', ')
}
