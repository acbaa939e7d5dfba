import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { sandboxGateway } from '../../src/payment/gateway.sandbox.ts'
import { GatewayAway, GatewayRefused, GatewayUnknown } from '../../src/payment/gateway.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(() => Promise.all(closers.splice(0).map((close) => close())))

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const gatewayOf = async (answer: RequestListener) =>
  sandboxGateway({ url: await listen(createServer(answer)), timeoutMs: 500 })
/** A server that says this on the wire, and closes. */
const gatewaySaying = async (wire: string) =>
  sandboxGateway({
    url: await listen(createTcpServer((socket) => socket.on('data', () => socket.end(wire)))),
    timeoutMs: 500,
  })
const answering = (status: number, body: unknown, headers = {}) =>
  gatewayOf((_, response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body)),
  )
const confirm = { key: 'k', method: 'tok_ok' }
const intent = { id: 'pi_1', status: 'succeeded', amountMinor: 100, refundedMinor: 0 }

test('an answer is read', async () => {
  const gateway = await answering(200, intent)
  expect(await gateway.confirm('pi_1', confirm)).toEqual({
    ...{ intentId: 'pi_1', outcome: { tag: 'succeeded', amountMinor: 100, refundedMinor: 0 } },
  })
})

describe('unknown', () => {
  test.each([
    ['500', 500, { code: 'internal', message: 'No.' }],
    ['502 from something on the way', 502, '<html>Bad gateway</html>'],
    ['503 from something on the way', 503, '<html>Busy</html>'],
    ['503 with another code', 503, { code: 'overloaded', message: 'Later.' }],
    ['504', 504, ''],
    ['down, but not as 503', 500, { code: 'down', message: 'No.' }],
    ['the first request with this key is at work', 409, { code: 'key_in_use', message: 'Wait.' }],
    ['another success', 202, intent],
    ['no JSON', 200, 'ok'],
    ['nothing', 200, ''],
    ['another shape', 200, { status: 'succeeded' }],
    ['a status that is not of the protocol', 200, { ...intent, status: 'paid' }],
    ['no amount', 200, { id: 'pi_1', status: 'succeeded' }],
    ['another intent', 200, { ...intent, id: 'pi_2' }],
    ['an action without a page', 200, { id: 'pi_1', status: 'requires_action' }],
    [
      'an action that is a script',
      200,
      { id: 'pi_1', status: 'requires_action', actionUrl: 'javascript:alert(1)' },
    ],
    ['too long an answer', 200, { ...intent, more: 'x'.repeat(70_000) }],
  ])('%s', async (_, status, body) => {
    const gateway = await answering(status, body)
    await expect(gateway.confirm('pi_1', confirm)).rejects.toBeInstanceOf(GatewayUnknown)
  })

  test('a redirect, which is not followed', async () => {
    let followed = 0
    const elsewhere = await listen(
      createServer((_, response) => {
        followed += 1
        response.end(JSON.stringify(intent))
      }),
    )
    const gateway = await answering(307, '', { location: elsewhere })
    await expect(gateway.confirm('pi_1', confirm)).rejects.toBeInstanceOf(GatewayUnknown)
    expect(followed).toBe(0)
  })

  test.each([
    ['closed without a word', ''],
    ['cut in the head', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['cut in the body', `HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n${JSON.stringify(intent)}`],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ])('a connection that was %s', async (_, wire) => {
    const gateway = await gatewaySaying(wire)
    await expect(gateway.confirm('pi_1', confirm)).rejects.toBeInstanceOf(GatewayUnknown)
  })

  test('a connection that was reset', async () => {
    const url = await listen(createTcpServer((socket) => socket.on('data', () => socket.resetAndDestroy())))
    await expect(sandboxGateway({ url }).confirm('pi_1', confirm)).rejects.toBeInstanceOf(GatewayUnknown)
  })

  test('an answer that begins in time and does not end in time', async () => {
    const gateway = await gatewayOf((_, response) => void response.writeHead(200).write('{'))
    await expect(gateway.confirm('pi_1', confirm, { timeoutMs: 100 })).rejects.toBeInstanceOf(GatewayUnknown)
  })

  test('a route that went away while a connection was open, although its code is that of a failed connect', async () => {
    const gateway = sandboxGateway({
      url: 'http://127.0.0.1:1',
      fetch: failing({ code: 'EHOSTUNREACH', syscall: 'read' }),
    })
    await expect(gateway.confirm('pi_1', confirm)).rejects.toBeInstanceOf(GatewayUnknown)
  })

  test('a reused connection that was closed meanwhile', async () => {
    const sockets: Socket[] = []
    const server = createServer((_, response) => response.end(JSON.stringify(intent)))
    server.on('connection', (socket) => sockets.push(socket))
    const gateway = sandboxGateway({ url: await listen(server) })
    await gateway.look('pi_1')
    const next = gateway.confirm('pi_1', confirm)
    for (const socket of sockets) socket.destroy()
    await next.catch((error) => expect(error).toBeInstanceOf(GatewayUnknown))
  })
})

describe('away', () => {
  test('nothing listens', async () => {
    const url = await listen(createServer())
    await Promise.all(closers.splice(0).map((close) => close()))
    await expect(sandboxGateway({ url }).confirm('pi_1', confirm)).rejects.toBeInstanceOf(GatewayAway)
  })

  test('the name is not known', async () => {
    const gateway = sandboxGateway({ url: 'http://sandbox.invalid' })
    await expect(gateway.confirm('pi_1', confirm)).rejects.toBeInstanceOf(GatewayAway)
  })

  test('the gateway says in its own words that it takes no calls', async () => {
    const gateway = await answering(503, { code: 'down', message: 'Down.' })
    await expect(gateway.confirm('pi_1', confirm)).rejects.toBeInstanceOf(GatewayAway)
  })

  test.each([
    { code: 'EHOSTUNREACH', syscall: 'connect' },
    { code: 'ETIMEDOUT', syscall: 'connect' },
    { code: 'EAI_AGAIN', syscall: 'getaddrinfo' },
    { code: 'UND_ERR_CONNECT_TIMEOUT' },
  ])('there was no connection: %j', async (cause) => {
    const gateway = sandboxGateway({ url: 'http://127.0.0.1:1', fetch: failing(cause) })
    await expect(gateway.confirm('pi_1', confirm)).rejects.toBeInstanceOf(GatewayAway)
  })
})

describe('refused', () => {
  test.each([
    ['with its code', 409, { code: 'wrong_state', message: 'It is paid.' }, 'wrong_state'],
    ['by something on the way', 413, '<html>Too large</html>', 'http_413'],
    ['with a body of another shape', 400, { error: 'no' }, 'http_400'],
  ])('%s', async (_, status, body, gatewayCode) => {
    const gateway = await answering(status, body)
    const refusal = await gateway.confirm('pi_1', confirm).catch((error) => error)
    expect(refusal).toBeInstanceOf(GatewayRefused)
    expect(refusal).toMatchObject({ status, gatewayCode })
  })
})

test('nothing is sent twice, whatever the answer', async () => {
  for (const status of [200, 400, 409, 500, 503]) {
    let heard = 0
    const gateway = await gatewayOf((_, response) => {
      heard += 1
      response.writeHead(status).end()
    })
    await gateway.confirm('pi_1', confirm).catch(() => {})
    expect(heard).toBe(1)
  }
})

function failing(cause: object): typeof fetch {
  return () => Promise.reject(new TypeError('fetch failed', { cause }))
}
