/** Which Redis to run: one on the PATH that is new enough, else the system's package, unpacked beside the project. */
import { EmbeddedFailure } from './embedded-failures.ts'
import { adviceForRedis } from './redis-advice.ts'
import { downloadRedis, unpackedRedis } from './redis-package.ts'
import { isNewEnough, type RedisBinary, redisBinary } from './redis-version.ts'

const commands = ['redis-server', 'valkey-server']

export async function findRedis(log: (line: string) => void): Promise<RedisBinary> {
  const present = presentRedis()
  if (present) return present
  try {
    return await downloadRedis(log)
  } catch (error) {
    if (!(error instanceof EmbeddedFailure)) throw error
    throw new EmbeddedFailure(
      `Rowlock needs Redis 7.0 or later. On the PATH there is ${whatIsOnPath()}; ${error.message} ` +
        `${adviceForRedis()}, or set REDIS_URL to a Redis of your own.`,
    )
  }
}

/** What runs without downloading anything, or null. */
export function presentRedis(): RedisBinary | null {
  for (const command of commands) {
    const found = redisBinary(command)
    if (found && isNewEnough(found.version)) return found
  }
  return unpackedRedis()
}

function whatIsOnPath(): string {
  const found = commands.map((command) => redisBinary(command)).find((binary) => binary !== null)
  return found ? `${found.command} ${found.version}, which is too old` : 'none'
}
