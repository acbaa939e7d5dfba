/**
 * The canonical seating plan: what every importer produces, what a plan version stores, and what a viewer
 * draws. Lengths are sheet units (the unit of `size`), y grows downwards.
 */

const seatTraits = ['wheelchair', 'companion', 'restricted_view'] as const
export type SeatTrait = (typeof seatTraits)[number]

export interface PlanCategory {
  /** Stable name within the plan; price lists are keyed by it. */
  key: string
  name: string
  /** CSS hex colour, `#rrggbb`. */
  color: string
}

export interface PlanZone {
  key: string
  name: string
}

export interface PlanSeat {
  /** Index into the status string; stable across the plan's versions. */
  seatNo: number
  /** The plan's own public id, unique in the plan: "stalls-C-14". */
  seatId: string
  /** Key of the zone. */
  zone: string
  /** Label of the row and of the seat, as printed on a ticket. */
  row: string
  number: string
  /** Key of the category. */
  category: string
  x: number
  y: number
  radius: number
  traits: SeatTrait[]
}

/** A block of interchangeable places. Each place has a seat_no, so the same ledger serves it. */
export interface PlanArea {
  key: string
  name: string
  zone: string
  category: string
  /** Half-open ranges of seat numbers, ascending: `[from, to)`. */
  places: [from: number, to: number][]
  /** Outline for drawing, as points. */
  outline: { x: number; y: number }[]
}

/** Something that is drawn and not sold: a stage, a label. */
export interface PlanDecoration {
  label: string
  outline: { x: number; y: number }[]
}

export interface PlanLayout {
  name: string
  size: { width: number; height: number }
  categories: PlanCategory[]
  zones: PlanZone[]
  /** Ascending by seatNo. */
  seats: PlanSeat[]
  areas: PlanArea[]
  decorations: PlanDecoration[]
}

/** What an importer reads before seat numbers are given: the same, with capacities in place of numbers. */
export interface PlanDraft extends Omit<PlanLayout, 'seats' | 'areas'> {
  seats: Omit<PlanSeat, 'seatNo'>[]
  areas: (Omit<PlanArea, 'places'> & { capacity: number })[]
}
