/**
 * Builds the two pages the server serves from its own origin: the shop (index.html) and GraphiQL
 * (graphiql.html). Nothing is inlined into the HTML and nothing is fetched from another host, so the pages
 * run under a content security policy of 'self'.
 */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const api = 'http://localhost:4000'

export default defineConfig({
  plugins: [react()],
  server: {
    port: 5173,
    proxy: {
      '/graphql': { target: api, ws: true },
      '/v1': { target: api },
    },
  },
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 5000,
    rolldownOptions: {
      input: { shop: 'index.html', graphiql: 'graphiql.html' },
      // Hints to React's compiler inside GraphiQL's packages mean nothing to a bundler.
      onwarn(warning, warn) {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
      },
    },
  },
})
