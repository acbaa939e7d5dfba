/** A body as bytes, compressed at most once per encoding however often it is asked for. */
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

const brotli = promisify(brotliCompress)
const gz = promisify(gzip)

type Encoding = 'br' | 'gzip' | 'identity'

export class EncodedBody {
  readonly etag: string
  private readonly plain: Buffer
  private readonly compressed = new Map<Encoding, Promise<Buffer>>()
  private readonly brotliQuality: number

  /** `brotliQuality` 11 is for what never changes, 4 for what changes many times a second. */
  constructor(text: string, etag: string, brotliQuality: number) {
    this.plain = Buffer.from(text)
    // Weak, because it stands for the same content in every encoding.
    this.etag = `W/"${etag}"`
    this.brotliQuality = brotliQuality
  }

  bytes(encoding: Encoding): Promise<Buffer> {
    let bytes = this.compressed.get(encoding)
    if (!bytes) {
      bytes = this.compress(encoding)
      this.compressed.set(encoding, bytes)
    }
    return bytes
  }

  private compress(encoding: Encoding): Promise<Buffer> {
    switch (encoding) {
      case 'br':
        return brotli(this.plain, { params: { [constants.BROTLI_PARAM_QUALITY]: this.brotliQuality } })
      case 'gzip':
        return gz(this.plain)
      case 'identity':
        return Promise.resolve(this.plain)
    }
  }
}

/** Sends it in the best encoding that the client takes, or 304 where the client has it. */
export async function sendEncoded(
  request: FastifyRequest,
  reply: FastifyReply,
  body: EncodedBody,
  cacheControl: string,
): Promise<FastifyReply> {
  void reply
    .header('etag', body.etag)
    .header('cache-control', cacheControl)
    .header('vary', 'origin, accept-encoding')
  if (hasIt(request.headers['if-none-match'], body.etag)) return reply.code(304).send()
  const encoding = bestEncoding(request.headers['accept-encoding'])
  if (encoding !== 'identity') void reply.header('content-encoding', encoding)
  return reply.type('application/json; charset=utf-8').send(await body.bytes(encoding))
}

function hasIt(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch.split(',').some((tag) => tag.trim() === etag)
}

function bestEncoding(accepted: string | string[] | undefined): Encoding {
  const offers = String(accepted ?? '')
    .toLowerCase()
    .split(',')
    .filter((offer) => !/;\s*q=0(\.0*)?\s*$/.test(offer))
    .map((offer) => offer.split(';')[0]?.trim())
  if (offers.includes('br')) return 'br'
  return offers.includes('gzip') ? 'gzip' : 'identity'
}
