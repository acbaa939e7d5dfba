/** Edwards25519 in big integers: slow, plain, and independent of the library under test. */
export const fieldPrime = 2n ** 255n - 19n
export const groupOrder = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n

export type Point = readonly [x: bigint, y: bigint]

const modulo = (value: bigint) => ((value % fieldPrime) + fieldPrime) % fieldPrime

function power(of: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let factor = modulo(of), left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = modulo(result * factor)
    factor = modulo(factor * factor)
  }
  return result
}

const inverse = (value: bigint) => power(value, fieldPrime - 2n)
const d = modulo(-121_665n * inverse(121_666n))

export const identity: Point = [0n, 1n]
export const base: Point = [
  15_112_221_349_535_400_772_501_151_409_588_531_511_454_012_693_041_857_206_046_113_283_949_847_762_202n,
  modulo(4n * inverse(5n)),
]

export function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const t = modulo(d * x1 * x2 * y1 * y2)
  return [
    modulo((x1 * y2 + x2 * y1) * inverse(modulo(1n + t))),
    modulo((y1 * y2 + x1 * x2) * inverse(modulo(1n - t))),
  ]
}

export function multiply(point: Point, times: bigint): Point {
  let sum = identity
  for (let doubled = point, left = times; left > 0n; left >>= 1n) {
    if (left & 1n) sum = add(sum, doubled)
    doubled = add(doubled, doubled)
  }
  return sum
}

export function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}

export function encode([x, y]: Point): Buffer {
  return littleEndian(y | ((x & 1n) << 255n))
}

/** The eight points whose eightfold is the identity: any point times the order of the large group is one. */
export function smallOrderPoints(): Point[] {
  for (let y = 2n; ; y++) {
    const point = pointWithY(y)
    const candidate = point && multiply(point, groupOrder)
    if (!candidate || same(multiply(candidate, 4n), identity)) continue
    return Array.from({ length: 8 }, (_, times) => multiply(candidate, BigInt(times)))
  }
}

const same = ([x1, y1]: Point, [x2, y2]: Point) => x1 === x2 && y1 === y2

function pointWithY(y: bigint): Point | null {
  const square = modulo((y * y - 1n) * inverse(modulo(d * y * y + 1n)))
  let x = power(square, (fieldPrime + 3n) / 8n)
  if (modulo(x * x) !== square) x = modulo(x * power(2n, (fieldPrime - 1n) / 4n))
  return modulo(x * x) === square ? [x, y] : null
}
