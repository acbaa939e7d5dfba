/** A film for the browser's fake camera: QR codes as they are held up one after another, with nothing in between. */
import encodeQR from 'qr'

const [width, height] = [640, 480]
const pixelsPerModule = 8
const [white, black, grey] = [235, 16, 128]
const framesPerSecond = 10

/** Each code is seen for so long, and then for as long nothing. Uncompressed YUV4MPEG2. */
export function cameraFilm(codes: readonly string[], secondsEach: number): Buffer {
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`)
  const frames = codes.flatMap((code) => [...repeat(picture(code)), ...repeat(nothing())])
  return Buffer.concat([header, ...frames])

  function repeat(luma: Buffer): Buffer[] {
    const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)])
    return Array.from({ length: framesPerSecond * secondsEach }, () => frame)
  }
}

const nothing = () => Buffer.alloc(width * height, grey)

function picture(code: string): Buffer {
  const luma = nothing()
  const modules = encodeQR(code, 'raw', { ecc: 'medium', encoding: 'alphanumeric', border: 3 })
  const size = modules.length * pixelsPerModule
  if (size > height) throw new Error('The code is too large for the film')
  const [left, top] = [(width - size) >> 1, (height - size) >> 1]
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const isDark = modules[Math.floor(y / pixelsPerModule)]?.[Math.floor(x / pixelsPerModule)]
      luma[(top + y) * width + left + x] = isDark ? black : white
    }
  }
  return luma
}
