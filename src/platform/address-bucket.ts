/** Whom a network address stands for, as far as counting goes. */
import { isIPv6 } from 'node:net'

const groupsOfAddress = 8
const groupsOfNetwork = 4

/**
 * An IPv6 customer is handed a network of 2^64 addresses, so the network is counted and not the address. Whatever
 * is no IPv6 address is its own bucket.
 */
export function bucketOf(who: string): string {
  const address = who.split('%')[0] ?? ''
  if (!isIPv6(address)) return who
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  const [head = [], tail = []] = address.split('::').map(groupsIn)
  const zeros = Array<string>(groupsOfAddress - head.length - tail.length).fill('0')
  const network = [...head, ...zeros, ...tail].slice(0, groupsOfNetwork)
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

/** An IPv4 address at the end takes the place of two groups. */
function groupsIn(part: string): string[] {
  if (part === '') return []
  return part.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]))
}
