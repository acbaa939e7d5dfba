import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hideCardNumbers, looksLikeCardNumber } from '../../src/payment/card-number.ts'

/** Numbers that the networks publish for tests, one per length that is in use. */
const published = [
  '4222222222222',
  '30569309025904',
  '378282246310005',
  '4111111111111111',
  '6304000000000000000',
]

const luhnDigit = (digits: string): number => {
  const sum = [...digits].reduceRight((total, digit, at) => {
    const doubled = (digits.length - at) % 2 === 1 ? Number(digit) * 2 : Number(digit)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return (10 - (sum % 10)) % 10
}

const cardNumber = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 18 })
  .map((digits) => digits.join(''))
  .map((digits) => `${digits}${luhnDigit(digits)}`)

/** The number with separators put between its digits, in front of none. */
const grouped = fc
  .tuple(
    cardNumber,
    fc.constantFrom(' ', '-', '\u00a0', ' - ', '\u2013'),
    fc.array(fc.nat(20), { maxLength: 6 }),
  )
  .map(([digits, separator, cuts]) =>
    [...digits].map((digit, at) => (at > 0 && cuts.includes(at) ? separator + digit : digit)).join(''),
  )

test.each(published)('%s is found', (number) => {
  expect(looksLikeCardNumber(number)).toBe(true)
})

test('every valid number of 13 to 19 digits is found, however spaces or dashes group it', () => {
  fc.assert(fc.property(grouped, (number) => looksLikeCardNumber(number)))
})

test('it is found inside a sentence, a field, JSON and a URL', () => {
  const around = fc.constantFrom(
    ...(['', 'my card: ', '{"pan":"', 'number=', 'https://shop.example/pay/', '(', '# '] as const),
  )
  const after = fc.constantFrom(...(['', ', thanks', '"}', '&cvc=12', '/next', ')', '.'] as const))
  fc.assert(
    fc.property(around, grouped, after, (before, number, rest) =>
      looksLikeCardNumber(before + number + rest),
    ),
  )
})

test('it is found with its expiry and security code behind it', () => {
  const behind = fc.constantFrom(' 12/29', ' 12 29', ' 123', ' 12-29 123', ' 1234')
  fc.assert(
    fc.property(fc.constantFrom(...published), behind, (number, more) => looksLikeCardNumber(number + more)),
  )
  expect(looksLikeCardNumber('4111 1111 1111 1111 12 29 123')).toBe(true)
  expect(looksLikeCardNumber('2 4111-1111-1111-1111 12-29')).toBe(true)
})

test('it is found in the digits of a Japanese keyboard', () => {
  expect(looksLikeCardNumber('４１１１ １１１１ １１１１ １１１１')).toBe(true)
})

test('one wrong digit is no card number', () => {
  const wrong = fc.tuple(cardNumber, fc.nat(), fc.integer({ min: 1, max: 9 })).map(([number, where, by]) => {
    const at = where % number.length
    return number.slice(0, at) + ((Number(number[at]) + by) % 10) + number.slice(at + 1)
  })
  fc.assert(fc.property(wrong, (number) => !looksLikeCardNumber(number)))
})

test('fewer than 13 digits, and more than 19, are no card number', () => {
  const digits = (minLength: number, maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength })
  fc.assert(fc.property(digits(0, 12), (text) => !looksLikeCardNumber(text)))
  fc.assert(fc.property(digits(20, 80), (text) => !looksLikeCardNumber(text)))
})

test('no uuid is taken for one', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => !looksLikeCardNumber(id)),
    { numRuns: 20_000 },
  )
  expect(looksLikeCardNumber('41111111-1111-1111-1111-111111111111')).toBe(false)
  expect(looksLikeCardNumber('a0000000-4111-1111-1111-111111111111')).toBe(false)
})

test('digits inside a word with a letter or an underscore are part of an id', () => {
  const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEF_é')
  fc.assert(
    fc.property(letter, cardNumber, fc.boolean(), fc.constantFrom('', '-'), (mark, number, first, joint) => {
      const id = first ? mark + joint + number : number + joint + mark
      return !looksLikeCardNumber(id)
    }),
  )
  for (const id of ['pi_4111111111111111', 'checkout-4111111111111111', 'deadbeef4111111111111111']) {
    expect(looksLikeCardNumber(id)).toBe(false)
  }
})

test('a list of seats is not taken apart to find one', () => {
  expect(looksLikeCardNumber('41 11 11 11 11 11 11 11 99 98 97')).toBe(false)
  expect(looksLikeCardNumber('4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 9 9 9 9')).toBe(false)
})

test('hiding leaves nothing that looks like one, and leaves the rest alone', () => {
  expect(hideCardNumbers('paid by 4111 1111 1111 1111, then 378282246310005.')).toBe(
    'paid by [card number hidden], then [card number hidden].',
  )
  fc.assert(
    fc.property(
      fc.string(),
      grouped,
      fc.string(),
      (a, number, b) => !looksLikeCardNumber(hideCardNumbers(`${a} ${number} ${b}`)),
    ),
  )
  fc.assert(fc.property(fc.uuid(), (id) => hideCardNumbers(id) === id))
})
