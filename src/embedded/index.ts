/**
 * PostgreSQL and Redis with no set-up, for trying, developing and testing. Promises: nothing outside the project is
 * changed (but for one folder, when root runs a project that lies in a private folder); a folder has one server at a
 * time; and no server outlives the process that started it, however that process ends.
 */
export { discardData } from './discard-data.ts'
export { EmbeddedFailure, FolderInUse } from './embedded-failures.ts'
export { findRedis, presentRedis } from './find-redis.ts'
export { isListening } from './free-port.ts'
export { commandLine } from './living-process.ts'
export { findPostgresBinaries } from './postgres-binaries.ts'
export { discardElsewhere } from './postgres-elsewhere.ts'
export { adviceForRedis } from './redis-advice.ts'
export { isNewEnough } from './redis-version.ts'
export type { Ending } from './server-process.ts'
export { type EmbeddedServer, type PostgresStart, startPostgres } from './start-postgres.ts'
export { type RedisStart, startRedis } from './start-redis.ts'
