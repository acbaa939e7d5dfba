/**
 * Finds what looks like a card number in a text: 13 to 19 digits with a valid Luhn sum, in one piece or in groups with
 * spaces or dashes between. No card number may reach us, so whatever looks like one is refused, and never logged.
 *
 * One valid sum in ten is an accident, so it matters which digits are looked at:
 * - A word that holds a letter or an underscore is an id and not looked at, nor is what a dash joins to such a word:
 *   `pi_4111…`, hex, uuids, `checkout-1732363200000`. Any other neighbour (`:`, `=`, `"`, `/`) separates.
 * - Of a longer row of groups a part counts too, when its groups have three digits or more: a card number followed by
 *   its expiry or security code is found, a list of seat numbers is not taken apart.
 * - Digits that stand alone cannot be told from a card number by what they mean. A clock's 13 digits on their own are
 *   refused one time in ten.
 */
export function looksLikeCardNumber(text: string): boolean {
  return cardNumbersIn(text).length > 0
}

/** The text with every such number replaced. */
export function hideCardNumbers(text: string): string {
  return cardNumbersIn(text).reduceRight(
    (rest, { from, to }) => `${rest.slice(0, from)}[card number hidden]${rest.slice(to)}`,
    text,
  )
}

const digitsMin = 13
const digitsMax = 19
const groupOfPartDigitsMin = 3

interface Span {
  from: number
  to: number
}

interface Word extends Span {
  text: string
}

function cardNumbersIn(text: string): Span[] {
  return rowsOf(chainsOf(text)).flatMap((row) => {
    if (isCardNumber(row)) return [spanOf(row)]
    return partsOf(row)
  })
}

/** Words that single dashes join, as in a uuid. */
function chainsOf(text: string): Word[][] {
  const chains: Word[][] = []
  for (const match of text.matchAll(/[\p{L}\p{M}\p{N}_]+/gu)) {
    const word = { text: match[0].normalize('NFKC'), from: match.index, to: match.index + match[0].length }
    const last = chains.at(-1)?.at(-1)
    const isJoined = last && /^\p{Pd}$/u.test(text.slice(last.to, word.from))
    const isSpaced =
      last && /^(?=.{1,3}$)[\p{Zs}\t]*\p{Pd}?[\p{Zs}\t]*$/u.test(text.slice(last.to, word.from))
    if (isJoined) chains.at(-1)?.push(word)
    // An empty chain stands for whatever else separates.
    else chains.push(...(isSpaced ? [] : [[]]), [word])
  }
  return chains
}

/** Groups of digits that follow each other, with no id and nothing but spaces and dashes in between. */
function rowsOf(chains: Word[][]): Word[][] {
  const rows: Word[][] = [[]]
  for (const chain of chains) {
    if (chain.length === 0 || isId(chain)) rows.push([])
    else rows.at(-1)?.push(...chain)
  }
  return rows
}

function isId(chain: Word[]): boolean {
  const isUuid = chain.map(({ text }) => text.length).join() === '8,4,4,4,12'
  return isUuid || chain.some(({ text }) => !/^\d+$/.test(text))
}

function partsOf(row: Word[]): Span[] {
  const found: Span[] = []
  for (let first = 0; first < row.length; first++) {
    let digits = 0
    for (let last = first; last < row.length && digits < digitsMax; last++) {
      const length = row[last]?.text.length ?? 0
      if (length < groupOfPartDigitsMin) break
      digits += length
      const part = row.slice(first, last + 1)
      if (!isCardNumber(part)) continue
      found.push(spanOf(part))
      first = last
      break
    }
  }
  return found
}

function isCardNumber(groups: Word[]): boolean {
  const digits = groups.map(({ text }) => text).join('')
  return digits.length >= digitsMin && digits.length <= digitsMax && hasLuhnSum(digits)
}

const spanOf = (groups: Word[]): Span => ({ from: groups[0]?.from ?? 0, to: groups.at(-1)?.to ?? 0 })

function hasLuhnSum(digits: string): boolean {
  let sum = 0
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at])
    const doubled = at % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
