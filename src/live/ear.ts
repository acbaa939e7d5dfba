/** A connection whose other end is gone without a word looks like a quiet one; that the source moves on gives it away. */
export class Ear {
  /** Set by each message. */
  heard = false
  readonly #deafBeatsMax: number
  #deafBeats = 0

  constructor(deafBeatsMax: number) {
    this.#deafBeatsMax = deafBeatsMax
  }

  /** Once per heartbeat. True: so many in a row found us behind while nothing arrived. */
  isDeaf(behind: boolean): boolean {
    this.#deafBeats = behind && !this.heard ? this.#deafBeats + 1 : 0
    this.heard = false
    if (this.#deafBeats < this.#deafBeatsMax) return false
    this.#deafBeats = 0
    return true
  }
}
