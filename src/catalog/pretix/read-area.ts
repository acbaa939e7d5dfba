/** An area of a zone: with a capacity it is a standing area that is sold, without one it is drawn only. */
import type { JsonNode } from '../import/json-node.ts'
import { slug } from '../import/slug.ts'
import { type Point, readOutline, readPoint } from './geometry.ts'
import { categoryOf, planLimits, type Reading } from './reading.ts'

const areaKeys = [
  ...['shape', 'color', 'border_color', 'rotation', 'uuid', 'position', 'text'],
  ...['rectangle', 'circle', 'ellipse', 'polygon', 'capacity', 'category', 'name'],
]

export function readArea(item: JsonNode, zone: string, zoneAt: Point, reading: Reading): void {
  const fields = item.fields(areaKeys)
  if (!fields) return
  const position = readPoint(fields('position'))
  const outline = readOutline(fields, { x: zoneAt.x + position.x, y: zoneAt.y + position.y })
  if (outline === null) return
  const label = labelOf(fields)
  if (fields('capacity').isPresent) readStanding(fields, { zone, label, outline }, reading)
  else if (outline.length > 0 || label !== '') reading.draft.decorations.push({ label, outline })
}

function labelOf(fields: (key: string) => JsonNode): string {
  if (fields('name').isPresent) return fields('name').text(planLimits.nameCharsMax) ?? ''
  if (!fields('text').isPresent) return ''
  const text = fields('text').fields(['text', 'position', 'color', 'size'])?.('text')
  return typeof text?.value === 'string' ? text.value.trim().slice(0, planLimits.nameCharsMax) : ''
}

function readStanding(
  fields: (key: string) => JsonNode,
  { zone, label, outline }: { zone: string; label: string; outline: Point[] },
  reading: Reading,
): void {
  const capacity = fields('capacity').number()
  if (capacity === null) return
  const taken = reading.draft.areas.reduce((sum, area) => sum + area.capacity, reading.draft.seats.length)
  if (!Number.isInteger(capacity) || capacity < 1 || taken + capacity > planLimits.seatsMax) {
    fields('capacity').refuse(
      `a whole number of at least 1, and at most ${planLimits.seatsMax} places in all`,
    )
    return
  }
  const category = categoryOf(fields('category'), reading)
  if (category === null) return
  const base = slug(label) || `${slug(zone)}-standing`
  let key = base
  for (let n = 2; reading.draft.areas.some((area) => area.key === key); n++) key = `${base}-${n}`
  reading.draft.areas.push({ key, name: label || 'Standing', zone, category, outline, capacity })
}
