import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openSocket, type SocketOptions, type SocketSettings } from '../../client/src/index.ts'
import { clientLimits as limits } from '../../client/src/limits.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A client of graphql-ws that the test plays. */
function play(token?: SocketSettings['token']) {
  let options: SocketOptions | undefined
  const terminate = vi.fn()
  openSocket(
    (given) => {
      options = given
      return { terminate }
    },
    { url: 'wss://tickets.example/graphql', ...(token ? { token } : {}) },
  )
  if (!options) throw new Error('No client was made')
  const { url, connectionParams, on } = options
  const sent: string[] = []
  return {
    on,
    terminate,
    sent,
    async connect() {
      on.connecting()
      expect(await url()).toBe('wss://tickets.example/graphql')
      const params = connectionParams()
      on.connected({ send: (text: string) => sent.push(text) })
      return params
    },
  }
}

describe('a socket', () => {
  test('asks for the token before each connection, and says why', async () => {
    const asked: string[] = []
    const socket = play((wanted) => {
      asked.push(wanted)
      return `token ${asked.length}`
    })
    expect(await socket.connect()).toEqual({ authorization: 'Bearer token 1' })
    for (const code of [1006, 4403, 4401]) {
      socket.on.closed({ code, reason: '' })
      await socket.connect()
    }
    expect(asked).toEqual(['connect', 'connect', 'expired', 'refused'])
  })

  test('does not come back with the token that was refused', async () => {
    const socket = play(() => 'old')
    await socket.connect()
    socket.on.closed({ code: 4401, reason: '' })
    expect(await socket.connect()).toEqual({})
  })

  test('connects without a token where none comes in time', async () => {
    const socket = play(() => new Promise(() => {}))
    const connecting = socket.connect()
    await vi.advanceTimersByTimeAsync(limits.tokenMsMax)
    expect(await connecting).toEqual({})
  })

  test('asks a connection that fell silent, and gives it up when there is no answer', async () => {
    const socket = play()
    await socket.connect()
    for (let beats = 0; beats < 10; beats++) {
      vi.advanceTimersByTime(2_000)
      socket.on.message()
    }
    expect(socket.sent).toEqual([])
    vi.advanceTimersByTime(limits.quietMs)
    expect(socket.sent).toEqual(['{"type":"ping"}'])
    socket.on.message()
    vi.advanceTimersByTime(limits.quietMs + limits.pongMsMax - 1)
    expect(socket.terminate).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(socket.terminate).toHaveBeenCalledTimes(1)
  })

  test('gives up a connection that does not come to be', () => {
    const socket = play()
    socket.on.connecting()
    vi.advanceTimersByTime(limits.connectMsMax)
    expect(socket.terminate).toHaveBeenCalledTimes(1)
  })

  test('leaves no timer behind when it is closed', async () => {
    const socket = play(() => 'token')
    await socket.connect()
    vi.advanceTimersByTime(limits.quietMs)
    socket.on.closed({ code: 1000, reason: '' })
    expect(vi.getTimerCount()).toBe(0)
  })
})
