/** CPU time of processes and everything they started, from the kernel's own accounts. Linux. */
import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = 100

interface Stat {
  pid: number
  parent: number
  ticks: number
}

function readStats(): Stat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        // Own time, and that of children that ended and were waited for.
        const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0)
        return [{ pid: Number(name), parent: Number(fields[1]), ticks }]
      } catch {
        return []
      }
    })
}

/** Seconds that a process and its descendants have used so far. */
export function cpuSecondsOf(root: number): number {
  const stats = readStats()
  const family = new Set([root])
  // Children have no lower place in the list than their parents only as long as ids do not wrap, so ask until it is still.
  for (let size = 0; size !== family.size; ) {
    size = family.size
    for (const { pid, parent } of stats) if (family.has(parent)) family.add(pid)
  }
  return (
    stats.filter(({ pid }) => family.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond
  )
}
