/**
 * The plan as the server sends it under `PlanVersion.url`: immutable JSON, so one browser fetches it once.
 * Lengths are sheet units, y grows downwards.
 */
export interface Point {
  x: number
  y: number
}

export interface PlanCategory {
  key: string
  name: string
  color: string
}

export interface PlanSeat {
  seatNo: number
  seatId: string
  zone: string
  row: string
  number: string
  category: string
  x: number
  y: number
  radius: number
  traits: string[]
}

export interface PlanArea {
  key: string
  name: string
  zone: string
  category: string
  /** Half-open ranges of seat numbers. */
  places: [from: number, to: number][]
  outline: Point[]
}

export interface Plan {
  name: string
  size: { width: number; height: number }
  categories: PlanCategory[]
  zones: { key: string; name: string }[]
  seats: PlanSeat[]
  areas: PlanArea[]
  decorations: { label: string; outline: Point[] }[]
}

export async function fetchPlan(url: string, signal: AbortSignal): Promise<Plan> {
  const response = await fetch(url, { signal })
  if (!response.ok) throw new Error(`The seating plan could not be loaded (${response.status}).`)
  return (await response.json()) as Plan
}
