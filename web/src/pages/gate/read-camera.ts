/**
 * Reads QR codes from the camera: with the browser's own detector where it has one for QR codes, else with a decoder of
 * ours. It looks a few times a second, which is as fast as people hold tickets up and leaves the phone cool.
 */
import { BarcodeDetector as OwnDetector } from 'qr/decode.js'

interface Detector {
  detect(source: HTMLCanvasElement): Promise<{ rawValue: string }[]>
}

interface DetectorClass {
  new (options: { formats: 'qr_code'[] }): Detector
  getSupportedFormats(): Promise<readonly string[]>
}

const lookEveryMs = 120
/** Larger pictures make our decoder slow and read no more. */
const widthMax = 960

class NoCamera extends Error {}

/** Until the signal is aborted. Rejects with NoCamera where there is none or it may not be used. */
export async function readCamera(
  video: HTMLVideoElement,
  onCode: (code: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const stream = await openCamera()
  signal.addEventListener('abort', () => {
    for (const track of stream.getTracks()) track.stop()
    video.srcObject = null
  })
  video.srcObject = stream
  await video.play()
  const detector = await openDetector()
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new NoCamera('This browser cannot read pictures.')
  while (!signal.aborted) {
    const code = await look(video, canvas, context, detector)
    if (code !== null && !signal.aborted) onCode(code)
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}

async function openCamera(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new NoCamera('The camera needs a page that was loaded over HTTPS.')
  try {
    const video = { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } }
    return await navigator.mediaDevices.getUserMedia({ video, audio: false })
  } catch (error) {
    const isForbidden = error instanceof DOMException && error.name === 'NotAllowedError'
    throw new NoCamera(isForbidden ? 'This page may not use the camera.' : 'No camera was found.')
  }
}

async function openDetector(): Promise<Detector> {
  const native = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector
  const formats = (await native?.getSupportedFormats().catch(() => [])) ?? []
  const Chosen = native && formats.includes('qr_code') ? native : OwnDetector
  return new Chosen({ formats: ['qr_code'] })
}

async function look(
  video: HTMLVideoElement,
  canvas: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  detector: Detector,
): Promise<string | null> {
  const { videoWidth, videoHeight } = video
  if (videoWidth === 0) return null
  const scale = Math.min(1, widthMax / videoWidth)
  canvas.width = Math.round(videoWidth * scale)
  canvas.height = Math.round(videoHeight * scale)
  context.drawImage(video, 0, 0, canvas.width, canvas.height)
  // A picture without a code is no failure of the camera.
  const [found] = await detector.detect(canvas).catch(() => [])
  return found?.rawValue ?? null
}
