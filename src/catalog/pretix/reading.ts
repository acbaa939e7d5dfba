/** What is carried along while a pretix plan is read, and what every part of it asks for. */
import type { JsonNode } from '../import/json-node.ts'
import type { Problems } from '../import/problems.ts'
import type { PlanCategory, PlanDraft } from '../plan-layout.ts'

export const planLimits = {
  seatsMax: 100_000,
  listMax: 100_000,
  nameCharsMax: 200,
  idCharsMax: 100,
  labelCharsMax: 50,
}

export interface ReadPlanOptions {
  /** Gives the second and later seats of an id fresh ids, the same ones every time, and reports each. */
  repairDuplicateSeatIds: boolean
  /** Told after each seat, for progress. */
  onSeat?: () => void
}

export interface Reading {
  problems: Problems
  options: ReadPlanOptions
  /** By the name that seats use. */
  categories: Map<string, PlanCategory>
  draft: PlanDraft
  /** seat id -> where it was first used. */
  seatIds: Map<string, string>
  /** seat id -> how many seats of the file have it. */
  uses: Map<string, number>
  /** Keys of categories that have seats. */
  used: Set<string>
}

/** The key of the category that a seat or an area names. */
export function categoryOf(node: JsonNode, reading: Reading): string | null {
  const name = node.text(planLimits.nameCharsMax)
  if (name === null) return null
  const category = reading.categories.get(name)
  if (!category) return node.refuse('the name of one of the plan`s categories')
  reading.used.add(category.key)
  return category.key
}
