/**
 * Whether a text holds something that looks like a card number: 13 to 19 digits that stand alone, possibly grouped by
 * single spaces or dashes, with a valid Luhn sum. No card number may reach us; whatever looks like one is refused and
 * never logged. Digits inside a longer word (uuids, hex ids) are not looked at.
 */
export function looksLikeCardNumber(text: string): boolean {
  for (const [candidate] of text.matchAll(/(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w]|-\w)/g)) {
    if (hasLuhnSum(candidate.replace(/\D/g, ''))) return true
  }
  return false
}

function hasLuhnSum(digits: string): boolean {
  let sum = 0
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at])
    const doubled = at % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
