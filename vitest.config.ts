import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    // Otherwise the package is loaded twice, and instances of one copy are strangers to the other.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/world/global-setup.ts'],
    pool: 'forks',
    // Most of what tests do is wait for servers, so that a core can take more than one file.
    maxWorkers: Math.max(3, availableParallelism()),
    // Only what hangs is meant: a machine that is three times slower passes as well.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
