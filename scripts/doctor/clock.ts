/**
 * Whether this machine's clock can be right. Locks are judged by Redis' clock alone, but tokens, mails and sale times
 * are this machine's, and a buyer sees both.
 */
import { statSync } from 'node:fs'
import { type Finding, finding } from './finding.ts'

const say = finding('clock')
const aheadMsAdvised = 1_000
const aheadMsMax = 30_000
const advice = 'Set it, or let the system do so: `sudo timedatectl set-ntp true`.'

export function checkClock(servers: Finding[], nowMs = Date.now()): Finding {
  const now = new Date(nowMs).toISOString()
  // A clock that was reset to the beginning of its time is behind files that were made under a right one.
  if (nowMs + aheadMsMax < statSync('package.json').mtimeMs) {
    return say('failed', `${now} is before this project's own files were written. ${advice}`)
  }
  const differing = servers
    .filter((server) => Math.abs(server.clockAheadMs ?? 0) > aheadMsAdvised)
    .map(({ what, clockAheadMs = 0 }) => ({ what, clockAheadMs }))
  const compared = servers.filter((server) => server.clockAheadMs !== undefined).map((server) => server.what)
  if (differing.length === 0) {
    return say('ok', compared.length > 0 ? `${now}, in agreement with ${compared.join(' and ')}` : now)
  }
  const difference = differing
    .map(({ what, clockAheadMs }) => {
      const seconds = Math.abs(clockAheadMs / 1000).toFixed(1)
      return `${what} is ${seconds} s ${clockAheadMs > 0 ? 'ahead' : 'behind'}`
    })
    .join(', ')
  const far = differing.some(({ clockAheadMs }) => Math.abs(clockAheadMs) > aheadMsMax)
  return say(
    far ? 'failed' : 'warning',
    `${difference} of this machine (${now}). One of them is wrong. ${advice}`,
  )
}
