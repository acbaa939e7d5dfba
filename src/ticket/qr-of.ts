/** A code as the picture that gates scan: QR at level M, alphanumeric. */
import encodeQR from 'qr'
import { qrSvg } from './qr-svg.ts'

/** The encoder draws at least one module of border, which is cut off again. */
const border = 1

/** Rows of modules, without quiet zone. */
export function qrModules(code: string): boolean[][] {
  const modules = encodeQR(code, 'raw', { ecc: 'medium', encoding: 'alphanumeric', border })
  return modules.slice(border, -border).map((row) => row.slice(border, -border))
}

export function qrOf(code: string, title: string): string {
  return qrSvg(qrModules(code), { title })
}
