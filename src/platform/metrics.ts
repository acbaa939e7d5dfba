/**
 * Numbers about the process, for Prometheus. A registry of its own, so that two of them in one process (as in tests)
 * do not meet, and readings that cannot fail the page: a source that is away or slow shows as NaN.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { isOneOfSeveral, pageThroughFirst } from './process-metrics.ts'

const readMsMax = 1_000

interface Described<Label extends string> {
  /** Without the prefix, ending in its unit: `_seconds`, `_bytes`, `_total` for counters. */
  name: string
  help: string
  labels?: readonly Label[]
}

export interface Metrics {
  registry: Registry
  counter<Label extends string = never>(described: Described<Label>): Counter<Label>
  gauge<Label extends string = never>(described: Described<Label>): Gauge<Label>
  histogram<Label extends string = never>(
    described: Described<Label> & { buckets: readonly number[] },
  ): Histogram<Label>
  /**
   * A gauge that is read whenever the page is. `shared`: all processes read the same thing, so that several of them are
   * not added up.
   */
  reading(described: Described<never>, read: () => number | Promise<number>, shared?: boolean): void
  page(): Promise<string>
}

export function createMetrics(prefix: string): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const optionsOf = <Label extends string>({ name, help, labels = [] }: Described<Label>) => ({
    name: `${prefix}${name}`,
    help,
    labelNames: labels,
    registers: [registry],
  })
  return {
    registry,
    counter: (described) => new Counter(optionsOf(described)),
    gauge: (described) => new Gauge(optionsOf(described)),
    histogram: (described) => new Histogram({ ...optionsOf(described), buckets: [...described.buckets] }),
    reading(described, read, shared = false) {
      const options = {
        ...optionsOf(described),
        // Every process reads the same where it is not its own: the largest stands for all.
        aggregator: shared ? ('max' as const) : ('sum' as const),
        async collect() {
          gauge.set(await readSafely(read))
        },
      }
      const gauge = new Gauge(options)
    },
    page: isOneOfSeveral() ? pageThroughFirst(registry) : () => registry.metrics(),
  }
}

/** What a pg pool tells of itself. */
interface PoolCounts {
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
}

export function watchPool(metrics: Metrics, pool: PoolCounts): void {
  const count = (name: string, help: string, read: () => number) => metrics.reading({ name, help }, read)
  count('postgres_connections_open', 'Connections of this process to PostgreSQL', () => pool.totalCount)
  count('postgres_connections_idle', 'Of these, connections nobody uses now', () => pool.idleCount)
  count('postgres_waiting', 'Callers that wait for a connection to PostgreSQL', () => pool.waitingCount)
}

async function readSafely(read: () => number | Promise<number>): Promise<number> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<number>((resolve) => {
    timer = setTimeout(() => resolve(Number.NaN), readMsMax)
  })
  try {
    return await Promise.race([read(), late])
  } catch {
    return Number.NaN
  } finally {
    clearTimeout(timer)
  }
}
