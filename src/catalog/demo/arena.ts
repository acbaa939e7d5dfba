/** An arena of about 20,000: two rings of sections around a floor with standing places in front of the stage. */
import type { PlanCategory, PlanDraft, PlanSeat, PlanZone } from '../plan-layout.ts'
import { hundredths, rowLabel, seatAt } from './curve.ts'

const centre = { x: 1500, y: 1150 }
const pitch = 12.4
const rowPitch = 14.2
const seatRadius = 5
const aisle = 26

interface Ring {
  key: string
  name: string
  sections: number
  firstNumber: number
  rows: number
  /** Half axes of the first row. */
  half: { x: number; y: number }
  category: (row: number, angle: number) => string
}

const rings: Ring[] = [
  {
    ...{
      key: 'lower',
      name: 'Lower ring',
      sections: 24,
      firstNumber: 101,
      rows: 28,
      half: { x: 680, y: 480 },
    },
    category: (row, angle) => (row < 9 && Math.abs(Math.sin(angle)) > 0.6 ? 'premium' : 'lower'),
  },
  {
    ...{
      key: 'upper',
      name: 'Upper ring',
      sections: 30,
      firstNumber: 201,
      rows: 25,
      half: { x: 1130, y: 930 },
    },
    category: (row) => (row < 9 ? 'upper' : 'top'),
  },
]

/** Behind the stage (at the top of the sheet) nothing is sold: the rings leave out this angle on both sides. */
const behindStage = 0.5

export function arena(): PlanDraft {
  const built = rings.map(buildRing)
  const categories: PlanCategory[] = [
    { key: 'floor', name: 'Standing', color: '#c0392b' },
    { key: 'premium', name: 'Premium', color: '#d98324' },
    { key: 'lower', name: 'Lower ring', color: '#2e86ab' },
    { key: 'upper', name: 'Upper ring', color: '#3f8f5b' },
    { key: 'top', name: 'Top rows', color: '#7d4fa8' },
  ]
  return {
    name: 'Meridian Arena, concert with standing floor',
    size: { width: 3000, height: 2500 },
    categories,
    zones: [{ key: 'floor', name: 'Floor' }, ...built.flatMap(({ zones }) => zones)],
    seats: built.flatMap(({ seats }) => seats),
    areas: [
      {
        ...{ key: 'floor', name: 'Floor, standing', zone: 'floor', category: 'floor', capacity: 2000 },
        outline: [
          { x: 1050, y: 960 },
          { x: 1950, y: 960 },
          { x: 1950, y: 1340 },
          { x: 1800, y: 1480 },
          { x: 1200, y: 1480 },
          { x: 1050, y: 1340 },
        ],
      },
    ],
    decorations: [
      {
        label: 'Stage',
        outline: [
          { x: 1180, y: 640 },
          { x: 1820, y: 640 },
          { x: 1820, y: 860 },
          { x: 1560, y: 860 },
          { x: 1560, y: 930 },
          { x: 1440, y: 930 },
          { x: 1440, y: 860 },
          { x: 1180, y: 860 },
        ],
      },
    ],
  }
}

function buildRing(ring: Ring): { zones: PlanZone[]; seats: Omit<PlanSeat, 'seatNo'>[] } {
  const zones: PlanZone[] = []
  const seats: Omit<PlanSeat, 'seatNo'>[] = []
  const span = (2 * Math.PI - 2 * behindStage) / ring.sections
  for (let section = 0; section < ring.sections; section++) {
    const number = String(ring.firstNumber + section)
    zones.push({ key: number, name: `${ring.name}, section ${number}` })
    // Angles count clockwise from the top of the sheet, where the stage is.
    const from = behindStage + section * span
    for (let row = 0; row < ring.rows; row++) {
      seats.push(...sectionRow(ring, { zone: number, row, from, span }))
    }
  }
  return { zones, seats }
}

function sectionRow(
  ring: Ring,
  { zone, row, from, span }: { zone: string; row: number; from: number; span: number },
) {
  const half = { x: ring.half.x + row * rowPitch, y: ring.half.y + row * rowPitch }
  const at = (angle: number) => ({
    x: hundredths(centre.x + half.x * Math.sin(angle)),
    y: hundredths(centre.y - half.y * Math.cos(angle)),
  })
  const middle = from + span / 2
  // Length of a step of angle at this place of the ellipse.
  const unit = Math.hypot(half.x * Math.cos(middle), half.y * Math.sin(middle))
  const count = Math.max(1, Math.floor((span * unit - aisle) / pitch) + 1)
  return Array.from({ length: count }, (_, index) => {
    const angle = middle + ((index - (count - 1) / 2) * pitch) / unit
    const category = ring.category(row, middle)
    return seatAt(at(angle), {
      zone,
      row: rowLabel(row),
      number: index + 1,
      category,
      radius: seatRadius,
      ...accessible(ring, row, index),
    })
  })
}

/** Each section of the lower ring ends in a row with level access: a wheelchair place and its companion's. */
function accessible(ring: Ring, row: number, index: number): { traits: PlanSeat['traits'] } {
  if (ring.key !== 'lower' || row !== ring.rows - 1 || index > 1) return { traits: [] }
  return { traits: [index === 0 ? 'wheelchair' : 'companion'] }
}
