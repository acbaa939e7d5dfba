/** The zero-setup PostgreSQL and Redis: real servers that live and die with the process that started them. */
export { freePort, isListening } from './free-port.ts'
export { type EmbeddedPostgres, startPostgres } from './postgres.ts'
export { postgresUser, reachableData } from './postgres-user.ts'
export { type EmbeddedRedis, startRedis } from './redis.ts'
export { findRedis } from './redis-binary.ts'
