/** One page of metrics for several processes: whichever is asked, the first process adds up what all of them count. */
import cluster from 'node:cluster'
import { AggregatorRegistry, type Registry } from 'prom-client'

interface Asked {
  metricsAsked: number
}

interface Answered {
  metricsAnswered: number
  page: string | null
}

/** In the first process: answers the others. */
export function pageOfProcesses(): void {
  const all = new AggregatorRegistry()
  cluster.on('message', (worker, message: Partial<Asked>) => {
    const id = message?.metricsAsked
    if (typeof id !== 'number') return
    all
      .clusterMetrics()
      .catch(() => null)
      .then((page) => worker.isConnected() && worker.send({ metricsAnswered: id, page } satisfies Answered))
  })
}

const askMsMax = 6_000

/** In one of the others: a page of all. Falls back to its own when the first does not answer. */
export function pageThroughFirst(registry: Registry): () => Promise<string> {
  AggregatorRegistry.setRegistries(registry)
  // Makes this process answer when it is asked what it counts.
  new AggregatorRegistry()
  let asked = 0
  const waiting = new Map<number, (page: string | null) => void>()
  process.on('message', (message: Partial<Answered>) => {
    if (typeof message?.metricsAnswered !== 'number') return
    waiting.get(message.metricsAnswered)?.(message.page ?? null)
  })
  return async () => {
    const id = ++asked
    let timer: NodeJS.Timeout | undefined
    const answer = new Promise<string | null>((resolve) => {
      waiting.set(id, resolve)
      timer = setTimeout(() => resolve(null), askMsMax)
      if (!process.connected) return resolve(null)
      process.send?.({ metricsAsked: id } satisfies Asked)
    })
    const page = await answer
    clearTimeout(timer)
    waiting.delete(id)
    return page ?? (await registry.metrics())
  }
}

export const isOneOfSeveral = (): boolean => cluster.isWorker
