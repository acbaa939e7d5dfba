/**
 * A real browser for the pages' tests: Chromium out of an npm package, unpacked into the run's folder with the
 * libraries and fonts it needs, so that it starts on a machine that has none of them and leaves nothing behind.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import chromium, { inflate } from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'
import { inject } from 'vitest'
import { onceInRun } from './once-in-run.ts'

/** Flags of the package that hold for a small cloud function and would only weaken or slow the test here. */
const unwanted =
  /^--(single-process|no-zygote|disable-web-security|allow-running-insecure-content|.*(gpu|gl=|angle|swiftshader))/

/** `more` are flags for what one test needs, such as a camera. */
export async function startBrowser(more: readonly string[] = []): Promise<Browser> {
  const folder = join(inject('runFolder'), 'browser')
  mkdirSync(folder, { recursive: true })
  const { executablePath, libraries } = await onceInRun('browser', () => unpackInto(folder))
  return playwright.launch({
    executablePath,
    args: [...chromium.args.filter((flag) => !unwanted.test(flag)), '--disable-gpu', ...more],
    env: {
      ...process.env,
      HOME: folder,
      LD_LIBRARY_PATH: libraries,
      FONTCONFIG_FILE: ownFonts(folder),
    },
  })
}

/** The package's own settings look for its fonts in fixed folders; a page without any font ends the browser. */
function ownFonts(folder: string): string {
  const file = join(folder, 'fonts.conf')
  const fonts = join(folder, 'fonts/fonts')
  const cache = join(folder, 'fonts-cache')
  writeFileSync(file, `<fontconfig><dir>${fonts}</dir><cachedir>${cache}</cachedir></fontconfig>\n`)
  return file
}

/** The package unpacks into the folder for temporary files, so it is shown another one meanwhile. */
async function unpackInto(folder: string): Promise<{ executablePath: string; libraries: string }> {
  const before = process.env.TMPDIR
  process.env.TMPDIR = folder
  try {
    const bin = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../bin')
    const [executablePath, libraries] = await Promise.all([
      chromium.executablePath(),
      inflate(join(bin, 'al2023.tar.br')),
    ])
    return { executablePath, libraries: join(libraries, 'lib') }
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
}
