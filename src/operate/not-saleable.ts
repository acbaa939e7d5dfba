/** Why a show cannot be sold as asked. The sentence says what was expected, what came, and what to do. */
export class NotSaleable extends Error {}
