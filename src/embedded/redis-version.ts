/** A Redis that can be run: its command, its version, and the environment that it needs. Valkey answers alike. */
import { spawnSync } from 'node:child_process'
import { embeddedLimits } from './embedded-limits.ts'

export interface RedisBinary {
  command: string
  /** Like 7.0.15. */
  version: string
  env: Record<string, string>
}

/** Sharded pub/sub came with 7.0. */
const majorMin = 7

export const isNewEnough = (version: string) => Number(version.split('.')[0]) >= majorMin

/** Null: it cannot be run, or is no Redis. */
export function redisBinary(command: string, env: Record<string, string> = {}): RedisBinary | null {
  const asked = spawnSync(command, ['--version'], {
    env: { PATH: process.env.PATH ?? '', ...env },
    encoding: 'utf8',
    timeout: embeddedLimits.versionMsMax,
  })
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(asked.stdout ?? '')?.[1]
  return version ? { command, version, env } : null
}
