import { sellShow } from '../../src/operate/index.ts'
import { BadUsage, type Command, onlyPositional, readArgs } from './command.ts'

const seatsPerBuyerDefault = '10'

export const showSellCommand: Command = {
  name: 'show sell',
  usage:
    'SHOW --plan KEY --currency EUR --price CATEGORY=AMOUNT…\n      [--fee Service=1.50+2.5%]… [--fee Order=1.99/booking]… [--tax VAT=7%] [--seats-per-buyer 10]',
  about: 'Gives a show its seating plan and prices, and puts it on sale.',
  async run(args, instance) {
    const { values, positionals } = readArgs(args, {
      plan: { type: 'string' },
      currency: { type: 'string' },
      price: { type: 'string', multiple: true },
      fee: { type: 'string', multiple: true },
      tax: { type: 'string' },
      'seats-per-buyer': { type: 'string', default: seatsPerBuyerDefault },
    })
    const showKey = onlyPositional(positionals, 'show, by its key')
    const { plan, currency, price, fee, tax } = values
    const seatsPerBuyerMax = Number(values['seats-per-buyer'])
    if (!plan || !currency || !price)
      throw new BadUsage('Expected --plan, --currency and a --price for each category.')
    if (!Number.isInteger(seatsPerBuyerMax) || seatsPerBuyerMax < 1 || seatsPerBuyerMax > 1_000) {
      throw new BadUsage(`Expected --seats-per-buyer from 1 to 1000, got ${values['seats-per-buyer']}.`)
    }
    const { pool } = await instance.postgres()
    const sold = await sellShow(pool, {
      ...{ showKey, planKey: plan, currency, prices: price, fees: fee ?? [], tax, seatsPerBuyerMax },
    })
    console.log(
      `${showKey} is on sale: ${sold.seatCount} places of plan ${plan}, version ${sold.planVersion}.`,
    )
    return 0
  },
}
