/** Whether the port that Rowlock serves on is free. */
import { isListening } from '../../src/embedded/index.ts'
import { type Finding, finding } from './finding.ts'
import { holderOfPort } from './port-holder.ts'

const say = finding('port')

export async function checkPort(wanted = '4000'): Promise<Finding> {
  const port = Number(wanted)
  if (!/^\d+$/.test(wanted) || port > 65_535) {
    return say(
      'failed',
      `PORT is "${wanted}"; expected a number from 0 to 65535. Set it, or unset it for 4000.`,
    )
  }
  if (port === 0) return say('ok', 'any free one (PORT=0)')
  if (!(await isListening(port))) return say('ok', `${port} is free`)
  const holder = holderOfPort(port)
  const other = `PORT=${port + 1} npm start`
  if (holder?.command.includes('scripts/start.ts')) {
    return say(
      'warning',
      `${port} is taken by a Rowlock that is running (process ${holder.pid}). For another one: \`${other}\`.`,
    )
  }
  const by = holder ? `process ${holder.pid} (${holder.command})` : 'a process of another account'
  return say('failed', `${port} is taken by ${by}. Stop that, or start on another port: \`${other}\`.`)
}
