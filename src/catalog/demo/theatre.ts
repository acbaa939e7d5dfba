/** A theatre of about 1,200 seats: stalls, circle, balcony and boxes, with wheelchair and companion places. */
import type { PlanDraft, PlanSeat } from '../plan-layout.ts'
import { placesOnCurve, rowLabel, seatAt, seatPitch } from './curve.ts'

const centre = { x: 600, y: -420 }
const rowPitch = 25

interface Tier {
  zone: string
  rows: number
  firstRadius: number
  seatsInRow: (row: number) => number
  category: (row: number, seat: number, seats: number) => string
}

const tiers: Tier[] = [
  {
    zone: 'stalls',
    rows: 18,
    firstRadius: 640,
    seatsInRow: (row) => 26 + Math.floor(row / 2),
    category: (row, seat, seats) => {
      const fromMiddle = Math.abs(seat - (seats + 1) / 2) / seats
      if (row < 10 && fromMiddle < 0.32) return 'premium'
      return row < 15 ? 'first' : 'second'
    },
  },
  {
    zone: 'circle',
    rows: 10,
    firstRadius: 1150,
    seatsInRow: (row) => 38 + Math.floor(row / 2),
    category: (row) => (row < 3 ? 'first' : 'second'),
  },
  {
    zone: 'balcony',
    rows: 6,
    firstRadius: 1460,
    seatsInRow: (row) => 42 + row,
    category: (row) => (row < 2 ? 'second' : 'third'),
  },
]

export function theatre(): PlanDraft {
  return {
    name: 'Lanternhof Theatre, main house',
    size: { width: 1200, height: 1220 },
    categories: [
      { key: 'premium', name: 'Premium', color: '#c0392b' },
      { key: 'first', name: 'First', color: '#d98324' },
      { key: 'second', name: 'Second', color: '#2e86ab' },
      { key: 'third', name: 'Third', color: '#3f8f5b' },
      { key: 'box', name: 'Box', color: '#7d4fa8' },
      { key: 'access', name: 'Wheelchair and companion', color: '#1f6f8b' },
    ],
    zones: [
      { key: 'stalls', name: 'Stalls' },
      { key: 'circle', name: 'Circle' },
      { key: 'balcony', name: 'Balcony' },
      { key: 'boxes', name: 'Boxes' },
    ],
    seats: [...tiers.flatMap(tierSeats), ...boxes()],
    areas: [],
    decorations: [
      {
        label: 'Stage',
        outline: [
          { x: 300, y: 30 },
          { x: 900, y: 30 },
          { x: 865, y: 115 },
          { x: 600, y: 165 },
          { x: 335, y: 115 },
        ],
      },
    ],
  }
}

function tierSeats(tier: Tier): Omit<PlanSeat, 'seatNo'>[] {
  return Array.from({ length: tier.rows }, (_, row) => {
    const seats = tier.seatsInRow(row)
    const third = Math.round(seats / 3)
    const radius = tier.firstRadius + row * rowPitch
    return placesOnCurve({ centre, radius, seats, aislesAfter: [third, seats - third] }).map((place, index) =>
      seatAt(place, {
        ...accessible(tier, row, index + 1, seats),
        zone: tier.zone,
        row: rowLabel(row),
        number: index + 1,
      }),
    )
  }).flat()
}

/** The last row of the stalls has level access: wheelchair places at both ends, each with a companion beside it. */
function accessible(tier: Tier, row: number, seat: number, seats: number) {
  const fromEnd = Math.min(seat, seats + 1 - seat)
  if (tier.zone === 'stalls' && row === tier.rows - 1 && fromEnd <= 6) {
    const traits: PlanSeat['traits'] = [fromEnd % 2 === 1 ? 'wheelchair' : 'companion']
    return { category: 'access', traits }
  }
  const pillar = tier.zone === 'balcony' && fromEnd <= 2
  const traits: PlanSeat['traits'] = pillar ? ['restricted_view'] : []
  return { category: pillar ? 'third' : tier.category(row, seat, seats), traits }
}

/** Five boxes of four on each side, along the walls. */
function boxes(): Omit<PlanSeat, 'seatNo'>[] {
  return Array.from({ length: 10 }, (_, box) => {
    const left = box % 2 === 0
    const level = Math.floor(box / 2)
    return Array.from({ length: 4 }, (_, seat) => {
      const outward = left ? -1 : 1
      const x = 600 + outward * (470 + level * 18 + (seat % 2) * seatPitch)
      const y = 205 + level * 74 + Math.floor(seat / 2) * seatPitch
      return seatAt({ x, y }, { zone: 'boxes', row: `Box ${box + 1}`, number: seat + 1, category: 'box' })
    })
  })
    .flat()
    .map((seat) => ({ ...seat, seatId: seat.seatId.replace('boxes-Box ', 'box-') }))
}
