/** The sandbox as a process of its own: node src/payment/sandbox/main.ts [--port N] [--state FILE] [--child] */
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { SandboxLedger } from './ledger.ts'
import { sandboxServer } from './server.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    state: { type: 'string' },
    child: { type: 'boolean', default: false },
  },
})
const server = sandboxServer(new SandboxLedger(values.state))
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(JSON.stringify({ listening: (server.address() as AddressInfo).port }))
})
const end = () => {
  server.close(() => process.exit(0))
  server.closeAllConnections()
}
process.on('SIGTERM', end)
process.on('SIGINT', () => {
  // As a child it is closed by its parent, in order.
  if (!values.child) end()
})
// As a child it ends with its parent, however that ends.
if (values.child) process.stdin.resume().on('end', end).on('error', end)
