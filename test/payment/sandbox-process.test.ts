import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { GatewayAway, GatewayUnknown } from '../../src/payment/gateway.ts'
import { newKey, type SandboxWorld, type StartSandbox, sandboxWorld } from './sandbox-world.ts'

let folder: string
let files = 0
const running: SandboxWorld[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rowlock-sandbox-'))
})
afterEach(() => Promise.all(running.splice(0).map(({ sandbox }) => sandbox.kill())))
afterAll(() => rmSync(folder, { recursive: true }))

const newFile = () => join(folder, `state-${++files}.jsonl`)

async function start(options: StartSandbox = {}): Promise<SandboxWorld> {
  const world = await sandboxWorld(options)
  running.push(world)
  return world
}

async function killAndRestart(world: SandboxWorld, stateFile: string): Promise<SandboxWorld> {
  await world.sandbox.kill()
  return await start({ stateFile })
}

describe('killed and started again', () => {
  test('it keeps every intent, all money that moved, and the answers of its keys', async () => {
    const stateFile = newFile()
    let world = await start({ stateFile })
    const [paid, declined, open] = [await world.open(), await world.open(), await world.open()]
    const key = newKey()
    await world.gateway.confirm(paid, { key, method: 'tok_ok' })
    await world.gateway.confirm(declined, { key: newKey(), method: 'tok_declined' })
    await world.gateway.refund(paid, { key: newKey(), amountMinor: 100 })

    world = await killAndRestart(world, stateFile)
    expect(await world.moved(paid)).toEqual({ takenMinor: [4_500], givenBackMinor: [100] })
    expect((await world.gateway.look(declined)).outcome.tag).toBe('declined')
    expect((await world.gateway.look(open)).outcome).toEqual({ tag: 'created' })
    expect((await world.gateway.confirm(paid, { key, method: 'tok_ok' })).outcome.tag).toBe('succeeded')
    expect(await world.moved(paid)).toEqual({ takenMinor: [4_500], givenBackMinor: [100] })
  })

  test('at any moment of many payments: whatever was answered is there, and nothing was taken twice', async () => {
    const stateFile = newFile()
    let world = await start({ stateFile })
    const intents = await Promise.all(Array.from({ length: 60 }, () => world.open()))
    const request = (id: string) => ({ key: `pay_${id}`, method: 'tok_ok' })
    const told = new Set<string>()
    const paying = Promise.allSettled(
      intents.map(async (id) => {
        await world.gateway.confirm(id, request(id))
        told.add(id)
        // In the middle of the others.
        if (told.size === 20) process.kill(world.sandbox.pid, 'SIGKILL')
      }),
    )
    await paying
    world = await killAndRestart(world, stateFile)
    for (const id of told) expect((await world.moved(id)).takenMinor).toEqual([4_500])
    await Promise.all(intents.map((id) => world.gateway.confirm(id, request(id))))
    const { length } = await world.movements()
    expect(length).toBe(intents.length)
    expect(told.size).toBeGreaterThanOrEqual(20)
  })

  test.each(['tok_slow', 'tok_late'])(
    'a payment that was being processed (%s) is completed, once',
    async (method) => {
      const stateFile = newFile()
      let world = await start({ stateFile })
      const [id, key] = [await world.open(), newKey()]
      const confirming = world.gateway.confirm(id, { key, method }).catch((error) => error)
      await expect.poll(async () => (await world.gateway.look(id)).outcome.tag).toBe('processing')
      world = await killAndRestart(world, stateFile)
      expect(await confirming).toBeInstanceOf(GatewayUnknown)
      await expect
        .poll(async () => (await world.gateway.look(id)).outcome.tag, { timeout: 30_000 })
        .toBe('succeeded')
      expect((await world.gateway.confirm(id, { key, method })).outcome.tag).toBe('succeeded')
      expect((await world.moved(id)).takenMinor).toEqual([4_500])
    },
  )

  test('it listens where it did, so that links given out before still work', async () => {
    const stateFile = newFile()
    let world = await start({ stateFile })
    const id = await world.open()
    const { outcome } = await world.gateway.confirm(id, { key: newKey(), method: 'tok_requires_action' })
    world = await killAndRestart(world, stateFile)
    await world.answerAction(outcome.tag === 'requires_action' ? outcome.url : '', 'approve')
    expect((await world.moved(id)).takenMinor).toEqual([4_500])
  })

  test('elsewhere when that port is taken', async () => {
    const stateFile = newFile()
    const first = await start({ stateFile })
    await first.sandbox.stop()
    const squatter = await start({ port: first.sandbox.port })
    const again = await start({ stateFile })
    expect(again.sandbox.port).not.toBe(squatter.sandbox.port)
  })
})

describe('its state file', () => {
  const withOnePayment = async () => {
    const stateFile = newFile()
    const world = await start({ stateFile })
    const id = await world.open()
    await world.gateway.confirm(id, { key: newKey(), method: 'tok_ok' })
    await world.sandbox.kill()
    return { stateFile, id }
  }

  test('a last line that was cut off is forgotten, and what follows is kept', async () => {
    const { stateFile, id } = await withOnePayment()
    appendFileSync(stateFile, '{"intent":{"id":"pi_ha')
    let world = await start({ stateFile })
    expect((await world.moved(id)).takenMinor).toEqual([4_500])
    const next = await world.open()
    world = await killAndRestart(world, stateFile)
    expect((await world.gateway.look(next)).outcome).toEqual({ tag: 'created' })
  })

  test('cut at any byte, no money is there without its intent and no intent is paid without its money', async () => {
    const { stateFile, id } = await withOnePayment()
    const { size } = statSync(stateFile)
    for (const bytes of [size - 1, size - 40, size - 200]) {
      truncateSync(stateFile, bytes)
      const world = await start({ stateFile })
      const { outcome } = await world.gateway.look(id)
      expect((await world.moved(id)).takenMinor).toEqual(outcome.tag === 'succeeded' ? [4_500] : [])
      await world.sandbox.kill()
    }
  })

  test('a broken line in the middle refuses the start, and says which', async () => {
    const { stateFile } = await withOnePayment()
    const lines = readFileSync(stateFile, 'utf8').split('\n')
    lines[2] = 'broken'
    writeFileSync(stateFile, lines.join('\n'))
    await expect(start({ stateFile })).rejects.toThrow(/Expected JSON in line 3 of/)
  })

  test('a file of somebody else is left alone', async () => {
    const stateFile = newFile()
    writeFileSync(stateFile, 'my diary\nno newline at the end')
    await expect(start({ stateFile })).rejects.toThrow(/is not a journal of the payment sandbox/)
    expect(readFileSync(stateFile, 'utf8')).toBe('my diary\nno newline at the end')
  })

  test('is readable by its owner only', async () => {
    const { stateFile } = await withOnePayment()
    expect(statSync(stateFile).mode & 0o777).toBe(0o600)
  })
})

describe('its process', () => {
  const main = fileURLToPath(new URL('../../src/payment/sandbox/main.ts', import.meta.url))
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }

  test('ends with a parent that is killed', async () => {
    const start = new URL('../../src/payment/sandbox/start.ts', import.meta.url).href
    const script = `
      const { startSandboxProcess } = await import(${JSON.stringify(start)})
      console.log((await startSandboxProcess({ log: console.error })).pid)
      setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [data] = await once(parent.stdout, 'data')
    const pid = Number(String(data))
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false)
  })

  test('ends in order when told to, also while a caller waits for an answer that never comes', async () => {
    const child = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'pipe'] })
    const [line] = await once(child.stdout, 'data')
    const { listening } = JSON.parse(String(line))
    const url = `http://127.0.0.1:${listening}`
    const post = (path: string, body: object) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'idempotency-key': newKey() },
        body: JSON.stringify(body),
      })
    const opened = await post('/v1/intents', { reference: 'b', amountMinor: 1, currency: 'EUR' })
    const { id } = (await opened.json()) as { id: string }
    const silent = post(`/v1/intents/${id}/confirm`, { method: 'tok_timeout' }).catch((error) => error)
    await vi.waitFor(() => fetch(url))
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(await silent).toBeInstanceOf(TypeError)
  })

  test('stopping and killing may be repeated', async () => {
    const { sandbox, gateway } = await start()
    await Promise.all([sandbox.stop(), sandbox.stop()])
    await sandbox.kill()
    expect(isAlive(sandbox.pid)).toBe(false)
    await expect(gateway.look('pi_1')).rejects.toBeInstanceOf(GatewayAway)
  })

  test('its end is told when nobody asked for it', async () => {
    const told: string[] = []
    const { sandbox } = await start({ log: (line) => told.push(line) })
    process.kill(sandbox.pid, 'SIGKILL')
    await expect.poll(() => told).toEqual(['The payment sandbox is gone: it ended with SIGKILL.'])
  })

  test('a port that is taken is told', async () => {
    const { sandbox } = await start()
    await expect(start({ port: sandbox.port })).rejects.toThrow(/Cannot listen on port \d+: EADDRINUSE/)
  })

  test.each([
    [['--port', 'http'], '--port: expected a whole number from 0 to 65535, got "http"'],
    [['--port', '65536'], '--port: expected'],
    [['--delay-ms', '-1'], '--delay-ms'],
    [['--return-origin', 'http://localhost:4000/shop'], '--return-origin: expected an origin'],
    [['--state'], '--state'],
    [['--colour', 'red'], '--colour'],
  ])('flags %j: the start is refused with a sentence', async (flags, sentence) => {
    const child = spawn(process.execPath, [main, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (data) => {
      said += data
    })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(said).toContain(sentence)
    expect(said).not.toContain('    at ')
  })

  test('a delay is added to every answer of the protocol', async () => {
    const world = await start({ delayMs: 300 })
    const began = performance.now()
    await world.open()
    expect(performance.now() - began).toBeGreaterThanOrEqual(290)
  })
})
