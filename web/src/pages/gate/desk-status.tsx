/** How this device stands: whether the server answers, how many are in, and what has still to be told. */
import type { DeskState } from './desk-state.ts'

const networks = {
  asking: { tone: 'waiting', text: 'Asking the server' },
  online: { tone: 'good', text: 'Online' },
  offline: { tone: 'waiting', text: 'No network: this device decides alone' },
} as const

interface DeskStatusProps {
  state: DeskState
  isKept: boolean | null
  /** Of the venue, as for all times at the gate. */
  timeZone: string
}

export function DeskStatus({ state, isKept, timeZone }: DeskStatusProps) {
  const { network, counts, own, bundleAtMs, bundleTrouble } = state
  const { tone, text } = networks[network]
  return (
    <section className="gate-status" data-kept={isKept} aria-label="How this device stands">
      <p>
        <span className="state-mark" data-tone={tone} data-network={network}>
          {text}
        </span>
      </p>
      <dl>
        <Figure
          name="In, all gates"
          value={counts ? `${counts.entered} of ${counts.tickets}` : 'not known'}
        />
        {state.mayGoOut && <Figure name="Inside now" value={counts ? String(counts.inside) : 'not known'} />}
        <Figure name="Let in here" value={String(own.letIn)} />
        <Figure name="Still to be told" value={String(own.waiting)} />
        {own.duplicates > 0 && <Figure name="Found to be used twice" value={String(own.duplicates)} />}
        {own.refused > 0 && <Figure name="Not taken by the server" value={String(own.refused)} />}
      </dl>
      {bundleTrouble && (
        <p className="notice" data-tone="told">
          {bundleTrouble}
        </p>
      )}
      <p>
        <small>
          {bundleAtMs === null
            ? 'Not ready to work without network yet.'
            : `Ready to work without network, as of ${timeOf(bundleAtMs, timeZone)}.`}
          {isKept === false && ' Without network this page must stay open: it would not load again.'}
        </small>
      </p>
    </section>
  )
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function timeOf(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(ms)
}
