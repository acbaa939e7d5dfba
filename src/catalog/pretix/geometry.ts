/** Positions and shapes of the pretix editor as points on the sheet. */
import type { JsonNode } from '../import/json-node.ts'

export interface Point {
  x: number
  y: number
}

/** The editor leaves noise such as -6.9e-13; a hundredth of a unit is far below what anyone sees. */
export function tidy(length: number): number {
  const rounded = Math.round(length * 100) / 100
  return rounded === 0 ? 0 : rounded
}

export function readPoint(node: JsonNode): Point {
  const fields = node.fields(['x', 'y'])
  return { x: fields?.('x').number() ?? 0, y: fields?.('y').number() ?? 0 }
}

const shapes = ['rectangle', 'circle', 'ellipse', 'polygon', 'text'] as const

/** The outline of an area's shape around its position; null when there is nothing to draw, or a problem was added. */
export function readOutline(fields: (key: string) => JsonNode, at: Point): Point[] | null {
  const shape = fields('shape').text(20)
  switch (shapes.find((known) => known === shape)) {
    case 'rectangle': {
      const size = fields('rectangle').fields(['width', 'height'])
      const width = size?.('width').number() ?? 0
      const height = size?.('height').number() ?? 0
      const corners = [
        at,
        { x: at.x + width, y: at.y },
        { x: at.x + width, y: at.y + height },
        { x: at.x, y: at.y + height },
      ]
      return turned(corners, fields)
    }
    case 'circle': {
      const radius = fields('circle').fields(['radius'])?.('radius').number() ?? 0
      return turned(around(at, radius, radius), fields)
    }
    case 'ellipse': {
      const radius = fields('ellipse').fields(['radius'])?.('radius')
      const half = radius ? readPoint(radius) : { x: 0, y: 0 }
      return turned(around(at, half.x, half.y), fields)
    }
    case 'polygon': {
      const points = fields('polygon').fields(['points'])?.('points').items(1_000) ?? []
      const corners = points.map(readPoint).map((point) => ({ x: at.x + point.x, y: at.y + point.y }))
      return turned(corners, fields)
    }
    case 'text':
      return []
    default:
      return fields('shape').refuse(`one of ${shapes.join(', ')}`)
  }
}

function around(centre: Point, halfX: number, halfY: number): Point[] {
  return Array.from({ length: 32 }, (_, step) => {
    const angle = (step / 32) * 2 * Math.PI
    return { x: centre.x + halfX * Math.cos(angle), y: centre.y + halfY * Math.sin(angle) }
  })
}

/** Turned by the area's rotation, in degrees, around the middle of the shape. */
function turned(points: Point[], fields: (key: string) => JsonNode): Point[] {
  const degrees = fields('rotation').isPresent ? (fields('rotation').number() ?? 0) : 0
  const middle = (pick: (point: Point) => number) => {
    const values = points.map(pick)
    return (Math.min(...values) + Math.max(...values)) / 2
  }
  if (points.length === 0) return []
  const centre = { x: middle((point) => point.x), y: middle((point) => point.y) }
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)]
  return points.map(({ x, y }) => ({
    x: tidy(centre.x + (x - centre.x) * cos - (y - centre.y) * sin),
    y: tidy(centre.y + (x - centre.x) * sin + (y - centre.y) * cos),
  }))
}
