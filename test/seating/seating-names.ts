/** Names that the test and the processes it kills must share. */
export const seatingSecret = 'the secret of the seating tests, long enough'

export const buyer = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
