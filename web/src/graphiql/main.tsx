/**
 * GraphiQL on our own origin: bundled, with its workers, and with tabs ready for the main operations. What the
 * tab "StartGuestSession" answers is used as the token of the others, unless the header editor sets one.
 */
import { GraphiQL } from 'graphiql'
import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import { createRoot } from 'react-dom/client'
import { findExample } from './example.ts'
import { createFetcher } from './fetcher.ts'
import { createNamedStorage } from './storage.ts'
import { readyTabs } from './tabs.ts'
import './graphiql.css'

async function start(root: HTMLElement): Promise<void> {
  const fetcher = createFetcher()
  const example = await findExample()
  createRoot(root).render(
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={readyTabs(example)}
      defaultEditorToolsVisibility="variables"
      isHeadersEditorEnabled
      storage={createNamedStorage('rowlock.graphiql')}
    >
      <GraphiQL.Logo>
        <a href="/" className="rowlock-logo">
          Rowlock
        </a>
      </GraphiQL.Logo>
    </GraphiQL>,
  )
}

const root = document.getElementById('root')
if (root) void start(root)
