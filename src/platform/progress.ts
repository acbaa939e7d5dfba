/** Progress of long work: a bar on a terminal, a plain line now and then elsewhere. Written to stderr. */
import cliProgress from 'cli-progress'

export interface Progress {
  /** One more is done. */
  step(): void
  end(): void
}

const lineEveryMs = 5_000

/** `total` is counted before the work begins, so the bar never lies. */
export function openProgress(
  what: string,
  total: number,
  out: NodeJS.WriteStream = process.stderr,
): Progress {
  return out.isTTY ? bar(what, total, out) : lines(what, total, out)
}

function bar(what: string, total: number, out: NodeJS.WriteStream): Progress {
  const single = new cliProgress.SingleBar(
    { format: `${what}  {bar}  {value} of {total}  {eta_formatted}`, stream: out, hideCursor: true },
    cliProgress.Presets.shades_classic,
  )
  single.start(total, 0)
  return { step: () => single.increment(), end: () => single.stop() }
}

function lines(what: string, total: number, out: NodeJS.WriteStream): Progress {
  let done = 0
  let toldAt = performance.now()
  const tell = () => {
    toldAt = performance.now()
    out.write(`${what}: ${done} of ${total}\n`)
  }
  return {
    step() {
      done += 1
      if (performance.now() - toldAt >= lineEveryMs) tell()
    },
    end: tell,
  }
}
