import { addPromotion } from '../../src/operate/index.ts'
import { type Command, onlyPositional, readArgs } from './command.ts'

export const promotionAddCommand: Command = {
  name: 'promotion add',
  usage:
    'CODE --percent 10 | --amount 5.00 --currency EUR [--category KEY]… [--event KEY] [--from INSTANT] [--until INSTANT]\n' +
    '      [--uses 100] [--uses-per-buyer 1]',
  about: 'Adds a promotion code that takes something off each ticket.',
  async run(args, instance) {
    const { values, positionals } = readArgs(args, {
      percent: { type: 'string' },
      amount: { type: 'string' },
      currency: { type: 'string' },
      category: { type: 'string', multiple: true },
      event: { type: 'string' },
      from: { type: 'string' },
      until: { type: 'string' },
      uses: { type: 'string' },
      'uses-per-buyer': { type: 'string' },
    })
    const code = onlyPositional(positionals, 'code')
    const { percent, amount, currency, category, event, from, until, uses } = values
    const { pool } = await instance.postgres()
    await addPromotion(pool, {
      ...{ code, percent, amount, currency, event, from, until, uses },
      categories: category ?? [],
      usesPerBuyer: values['uses-per-buyer'],
    })
    console.log(`${code.toUpperCase()} holds.`)
    return 0
  },
}
