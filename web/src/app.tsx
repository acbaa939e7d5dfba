/** The frame around every page: the name, the way back, and which page the address means. */
import { lazy, Suspense, useEffect, useRef } from 'react'
import { Provider } from 'urql'
import { client } from './api/client.ts'
import { BookingPage } from './pages/booking-page.tsx'
import { BookingsPage } from './pages/bookings-page.tsx'
import { EventsPage } from './pages/events-page.tsx'
import { Loading, Problem } from './pages/problem.tsx'
import { ShowPage } from './pages/show-page.tsx'
import { TakePage } from './pages/take-page.tsx'
import { Link, type Route, routeOf, usePath } from './router.tsx'

/** Buyers do not load what only the people at the door need. */
const GatePage = lazy(async () => ({ default: (await import('./pages/gate/gate-page.tsx')).GatePage }))

export function App() {
  const path = usePath()
  const route = routeOf(path)
  const main = useRef<HTMLElement>(null)
  const firstPath = useRef(path)

  // After a link was followed, reading and tabbing go on at the new page's beginning.
  useEffect(() => {
    if (path !== firstPath.current) main.current?.focus()
    firstPath.current = path
  }, [path])

  return (
    <Provider value={client}>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="site-header">
        <Link className="brand" href="/">
          <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
            <path d="M6 4v8a6 6 0 0 0 12 0V4M12 18v3" />
          </svg>
          Rowlock
        </Link>
        <nav aria-label="Main">
          <Link href="/" aria-current={route.page === 'events' ? 'page' : undefined}>
            Events
          </Link>
          <Link href="/bookings" aria-current={route.page === 'bookings' ? 'page' : undefined}>
            My bookings
          </Link>
          <a href="/graphiql">GraphiQL</a>
        </nav>
      </header>
      <main id="main" ref={main} tabIndex={-1} data-page={route.page}>
        <Page route={route} />
      </main>
    </Provider>
  )
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case 'events':
      return <EventsPage />
    case 'show':
      return <ShowPage key={route.id} showId={route.id} />
    case 'bookings':
      return <BookingsPage />
    case 'booking':
      return <BookingPage key={route.id} bookingId={route.id} />
    case 'take':
      return <TakePage offer={location.hash.slice(1)} />
    case 'gate':
      return (
        <Suspense fallback={<Loading what="the gate" />}>
          <GatePage />
        </Suspense>
      )
    case 'unknown':
      return (
        <Problem
          title="There is nothing here"
          text="The address leads nowhere."
          link={{ href: '/', text: 'See all events' }}
        />
      )
  }
}
