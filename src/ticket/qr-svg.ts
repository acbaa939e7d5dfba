/**
 * A QR code as SVG: one path, black on white, with the quiet zone that scanners need, sharp at every size and print.
 * Which modules are dark comes from a QR encoder; this only draws.
 */
export const quietZoneModules = 4

/** Rows of modules, dark is true, without quiet zone. Level M, alphanumeric mode. */
export type QrModules = (text: string) => readonly (readonly boolean[])[]

export interface QrSvgOptions {
  /** What a screen reader says instead of the picture. */
  title: string
}

export function qrSvg(modules: ReturnType<QrModules>, { title }: QrSvgOptions): string {
  const size = modules.length + 2 * quietZoneModules
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" role="img" shape-rendering="crispEdges">` +
    `<title>${escapeXml(title)}</title><path fill="#fff" d="M0 0h${size}v${size}H0z"/>` +
    `<path d="${modules.map(drawRow).join('')}"/></svg>`
  )
}

/** One rectangle for each run of dark modules. */
function drawRow(row: readonly boolean[], y: number): string {
  let path = ''
  for (let x = 0; x < row.length; ) {
    let end = x
    while (row[end]) end += 1
    if (end > x) path += `M${x + quietZoneModules} ${y + quietZoneModules}h${end - x}v1h-${end - x}z`
    x = end + 1
  }
  return path
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeXml = (text: string) => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
