/** A page, or a part of one, that cannot be shown: what happened and what can be done. */
import { Link } from '../router.tsx'

interface ProblemProps {
  title: string
  text: string
  retry?: (() => void) | undefined
  link?: { href: string; text: string }
}

export function Problem({ title, text, retry, link }: ProblemProps) {
  return (
    <section className="problem" role={retry ? 'alert' : undefined}>
      <h1>{title}</h1>
      <p>{text}</p>
      {retry && (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
      {link && (
        <Link className="button" href={link.href}>
          {link.text}
        </Link>
      )}
    </section>
  )
}

export function Loading({ what }: { what: string }) {
  return (
    <p className="loading" role="status">
      <span className="spinner" aria-hidden="true" /> Loading {what} …
    </p>
  )
}
