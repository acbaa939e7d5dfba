/** Answers that can be heard: up for in, down for stop, twice for used already. */
import type { Tone } from './gate-words.ts'

interface Note {
  hertz: number
  atS: number
  forS: number
}

const notes: Record<Tone, Note[]> = {
  let: [
    { hertz: 660, atS: 0, forS: 0.09 },
    { hertz: 990, atS: 0.1, forS: 0.16 },
  ],
  stop: [
    { hertz: 320, atS: 0, forS: 0.18 },
    { hertz: 200, atS: 0.2, forS: 0.35 },
  ],
  twice: [
    { hertz: 440, atS: 0, forS: 0.14 },
    { hertz: 440, atS: 0.22, forS: 0.14 },
    { hertz: 300, atS: 0.44, forS: 0.3 },
  ],
  wait: [{ hertz: 500, atS: 0, forS: 0.12 }],
}
const shakes: Record<Tone, number[]> = { let: [60], stop: [250], twice: [100, 80, 200], wait: [40] }
const loudness = 0.25

let context: AudioContext | null = null

/** Browsers let a page be heard only after somebody has touched it. */
export function wakeSound(): void {
  context ??= new AudioContext()
  void context.resume()
}

export function playTone(tone: Tone): void {
  navigator.vibrate?.(shakes[tone])
  if (context?.state !== 'running') return
  for (const { hertz, atS, forS } of notes[tone]) {
    const from = context.currentTime + atS
    const gain = context.createGain()
    gain.gain.setValueAtTime(loudness, from)
    gain.gain.exponentialRampToValueAtTime(0.001, from + forS)
    const oscillator = context.createOscillator()
    oscillator.frequency.value = hertz
    oscillator.connect(gain).connect(context.destination)
    oscillator.start(from)
    oscillator.stop(from + forS)
  }
}
