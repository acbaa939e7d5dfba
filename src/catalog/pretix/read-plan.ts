/**
 * Reads the pretix editor's seating plan. Strict: every problem is listed with its place, and a plan with errors is not
 * a plan. A seat's place on the sheet is zone position + row position + seat position.
 */
import type { JsonNode } from '../import/json-node.ts'
import type { Problems } from '../import/problems.ts'
import { slug } from '../import/slug.ts'
import type { PlanCategory, PlanDraft, PlanSeat, SeatTrait } from '../plan-layout.ts'
import { type Point, readPoint, tidy } from './geometry.ts'
import { readArea } from './read-area.ts'
import { categoryOf, planLimits, type Reading, type ReadPlanOptions } from './reading.ts'

/** null when anything is wrong; `problems` says what. */
export function readPretixPlan(
  root: JsonNode,
  problems: Problems,
  options: ReadPlanOptions,
): PlanDraft | null {
  const plan = root.fields(['name', 'size', 'categories', 'zones'])
  if (!plan) return null
  const name = plan('name').text(planLimits.nameCharsMax)
  const size = plan('size').fields(['width', 'height'])
  const width = size?.('width').number() ?? null
  const height = size?.('height').number() ?? null
  if (width !== null && width <= 0) size?.('width').refuse('a width above 0')
  if (height !== null && height <= 0) size?.('height').refuse('a height above 0')
  const categories = readCategories(plan('categories'))
  const reading: Reading = {
    problems,
    options,
    categories,
    draft: emptyDraft(),
    seatIds: new Map(),
    uses: new Map(),
    used: new Set(),
  }
  readZones(plan('zones'), reading)
  hintAtDuplicates(reading)
  for (const category of categories.values()) {
    if (!reading.used.has(category.key))
      plan('categories').skip(`a seat in category ${JSON.stringify(category.name)}; it has none`)
  }
  if (problems.hasErrors || name === null || width === null || height === null) return null
  return { ...reading.draft, name, size: { width, height }, categories: [...categories.values()] }
}

const emptyDraft = (): PlanDraft => ({
  ...{
    name: '',
    size: { width: 0, height: 0 },
    categories: [],
    zones: [],
    seats: [],
    areas: [],
    decorations: [],
  },
})

function readCategories(list: JsonNode): Map<string, PlanCategory> {
  const found = new Map<string, PlanCategory>()
  const keys = new Set<string>()
  for (const item of list.items(1_000)) {
    const fields = item.fields(['name', 'color'])
    const name = fields?.('name').text(planLimits.nameCharsMax)
    const color = fields?.('color').text(20)
    if (!name || !color) continue
    if (!/^#[0-9a-f]{6}$/i.test(color)) fields?.('color').refuse('a colour like #a1b2c3')
    if (found.has(name)) fields?.('name').refuse('a name that no other category has')
    const base = slug(name) || 'category'
    let key = base
    for (let n = 2; keys.has(key); n++) key = `${base}-${n}`
    keys.add(key)
    found.set(name, { key, name, color: color.toLowerCase() })
  }
  return found
}

function readZones(list: JsonNode, reading: Reading): void {
  const keys = new Set<string>()
  for (const item of list.items(1_000)) {
    const fields = item.fields(['name', 'zone_id', 'uuid', 'position', 'rows', 'areas'])
    const name = fields?.('name').text(planLimits.nameCharsMax)
    if (!fields || !name) continue
    const key = fields('zone_id').isPresent ? fields('zone_id').text(planLimits.idCharsMax) : slug(name)
    if (key === null) continue
    if (keys.has(key)) fields('zone_id').refuse('an id that no other zone has')
    keys.add(key)
    reading.draft.zones.push({ key, name })
    const at = readPoint(fields('position'))
    if (fields('rows').isPresent) {
      for (const row of fields('rows').items(planLimits.listMax)) readRow(row, key, at, reading)
    }
    if (fields('areas').isPresent) {
      for (const area of fields('areas').items(1_000)) readArea(area, key, at, reading)
    }
  }
}

const rowKeys = ['row_number', 'row_number_position', 'row_label', 'seat_label', 'position', 'uuid', 'seats']

function readRow(item: JsonNode, zone: string, zoneAt: Point, reading: Reading): void {
  const fields = item.fields(rowKeys)
  if (!fields) return
  const label = fields('row_number').isPresent ? fields('row_number') : fields('row_label')
  const row = label.text(planLimits.labelCharsMax)
  const at = readPoint(fields('position'))
  for (const seat of fields('seats').items(planLimits.listMax)) {
    readSeat(seat, { zone, row: row ?? '', at: { x: zoneAt.x + at.x, y: zoneAt.y + at.y } }, reading)
  }
}

function hintAtDuplicates({ uses, options, problems }: Reading): void {
  const counts = [...uses.values()].filter((count) => count > 1)
  if (counts.length === 0) return
  const seats = counts.reduce((sum, count) => sum + count, 0)
  const what = `${counts.length} seat ids are used more than once, by ${seats} seats`
  const then = options.repairDuplicateSeatIds
    ? 'the first seat of each keeps it'
    : '--repair-duplicate-seat-ids gives all but the first seat of each a fresh one'
  problems.hints.push(`${what}: ${then}.`)
}

const traitKeys: Record<string, SeatTrait> = {
  wheelchair: 'wheelchair',
  is_wheelchair: 'wheelchair',
  companion: 'companion',
  is_companion: 'companion',
  restricted_view: 'restricted_view',
}
const seatKeys = [
  'seat_guid',
  'seat_number',
  'position',
  'category',
  'radius',
  'uuid',
  ...Object.keys(traitKeys),
]

function readSeat(item: JsonNode, row: { zone: string; row: string; at: Point }, reading: Reading): void {
  const fields = item.fields(seatKeys)
  if (!fields) return
  if (reading.draft.seats.length >= planLimits.seatsMax) {
    if (reading.draft.seats.length === planLimits.seatsMax)
      item.refuse(`at most ${planLimits.seatsMax} seats`)
    return
  }
  reading.options.onSeat?.()
  const guid = fields('seat_guid').text(planLimits.idCharsMax)
  const number = fields('seat_number').text(planLimits.labelCharsMax)
  const category = categoryOf(fields('category'), reading)
  const at = readPoint(fields('position'))
  const radius = fields('radius').isPresent ? fields('radius').number() : 10
  if (guid === null || number === null || category === null || radius === null) return
  const seatId = uniqueId(guid, fields('seat_guid'), reading)
  if (seatId === null) return
  const traits = new Set<SeatTrait>()
  for (const [key, trait] of Object.entries(traitKeys)) if (fields(key).value === true) traits.add(trait)
  const seat: Omit<PlanSeat, 'seatNo'> = {
    ...{ seatId, zone: row.zone, row: row.row, number, category },
    ...{ x: tidy(row.at.x + at.x), y: tidy(row.at.y + at.y), radius: tidy(radius), traits: [...traits] },
  }
  reading.draft.seats.push(seat)
}

function uniqueId(
  guid: string,
  node: JsonNode,
  { seatIds, uses, options, problems }: Reading,
): string | null {
  uses.set(guid, (uses.get(guid) ?? 0) + 1)
  const first = seatIds.get(guid)
  if (first === undefined) {
    seatIds.set(guid, node.path)
    return guid
  }
  if (!options.repairDuplicateSeatIds) return node.refuse(`an id of its own; ${first} has this one`)
  let fresh = `${guid}~2`
  for (let n = 3; seatIds.has(fresh); n++) fresh = `${guid}~${n}`
  seatIds.set(fresh, node.path)
  problems.add('repaired', node.path, `an id of its own; ${first} has this one`, `${guid}, now ${fresh}`)
  return fresh
}

/** How many seats the file lists, as far as it can be told without reading it: the total of the progress. */
export function countSeats(root: JsonNode): number {
  const listsIn = (value: unknown, key: string): unknown[] => {
    const list = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : null
    return Array.isArray(list) ? list : []
  }
  return listsIn(root.value, 'zones')
    .flatMap((zone) => listsIn(zone, 'rows'))
    .reduce((sum: number, row) => sum + listsIn(row, 'seats').length, 0)
}
