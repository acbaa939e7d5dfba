/** Room for the data, on the disk that holds the project. */
import { statfsSync } from 'node:fs'
import { type Finding, finding } from './finding.ts'

const say = finding('disk')
const freeBytesMin = 500e6
const freeBytesAdvised = 2e9

export function checkDisk({ bavail, bsize } = statfsSync('.')): Finding {
  const free = bavail * bsize
  const said = `${(free / 1e9).toFixed(1)} GB free`
  if (free >= freeBytesAdvised) return say('ok', said)
  const advice = 'PostgreSQL stops when the disk is full. See what fills it with `du -xh / | sort -h | tail`'
  if (free >= freeBytesMin)
    return say('warning', `${said}; ${freeBytesAdvised / 1e9} GB are advised. ${advice}.`)
  return say('failed', `${said}; at least ${freeBytesMin / 1e9} GB are needed. ${advice}.`)
}
