/** A fault point at which a process stalls, until it is let go on or for ever, as one that has died. */
export function stallAt() {
  let armed: string | null = null
  let waiting: (() => void)[] = []
  let isDead = false
  let stalled = 0
  return {
    arm(name: string) {
      armed = name
    },
    async faultPoint(name: string): Promise<void> {
      if (!isDead && name !== armed) return
      armed = null
      stalled += 1
      await new Promise<void>((resume) => waiting.push(resume))
    },
    resume() {
      armed = null
      for (const resume of waiting.splice(0)) resume()
    },
    /** Nothing of what it was about to do is ever done. */
    forever() {
      isDead = true
      waiting = []
    },
    stalled: () => stalled,
  }
}
