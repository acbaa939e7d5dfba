/** Looks for a Redis, from this project or from a copy of it, and prints what came of it in one line of JSON. */
import { findRedis } from '../../src/embedded/index.ts'

const told: string[] = []
try {
  console.log(JSON.stringify({ redis: await findRedis((line) => told.push(line)), told }))
} catch (error) {
  console.log(JSON.stringify({ failure: (error as Error).name, message: (error as Error).message, told }))
}
