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
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
