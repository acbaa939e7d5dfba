/** The map's colours, read from the page's own CSS variables so that light and dark stand in one place. */
export interface Palette {
  ink: string
  muted: string
  paper: string
  taken: string
  locked: string
  mine: string
  onMine: string
  stage: string
  line: string
  font: string
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  const color = (name: string) => style.getPropertyValue(name).trim() || '#808080'
  return {
    ink: color('--map-ink'),
    muted: color('--map-muted'),
    paper: color('--map-paper'),
    taken: color('--map-taken'),
    locked: color('--map-locked'),
    mine: color('--map-mine'),
    onMine: color('--map-on-mine'),
    stage: color('--map-stage'),
    line: color('--map-line'),
    font: style.fontFamily,
  }
}

/** Black or white, whichever can be read on the colour (`#rrggbb`). */
export function inkOn(color: string): string {
  const value = Number.parseInt(color.slice(1), 16)
  if (Number.isNaN(value)) return '#000'
  const [r, g, b] = [value >> 16, (value >> 8) & 255, value & 255].map((channel) => {
    const c = channel / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.36 ? '#111' : '#fff'
}
