/** Searching events by words, day and venue. Typing waits for a pause; everything else acts at once. */
import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import { documentOf } from '../api/client.ts'
import { graphql } from '../generated/index.ts'

const allVenues = documentOf(
  graphql(`
    query AllVenues {
      venues(first: 100) {
        edges { node { id name city } }
      }
    }
  `),
)

const typingPauseMs = 250

export interface Search {
  text: string
  /** A calendar day, `YYYY-MM-DD`; empty for "from now on". */
  from: string
  /** Id of a venue; empty for all. */
  venue: string
}

interface SearchFormProps {
  search: Search
  onChange: (search: Search) => void
}

export function SearchForm({ search, onChange }: SearchFormProps) {
  const [text, setText] = useState(search.text)
  const [applied, setApplied] = useState(search.text)
  const [{ data }] = useQuery({ query: allVenues })
  const venues = data?.venues.edges.map(({ node }) => node) ?? []

  // The address changed by other means than typing, for example by a link.
  if (applied !== search.text) {
    setApplied(search.text)
    setText(search.text)
  }

  useEffect(() => {
    if (text === applied) return
    const timer = setTimeout(() => {
      setApplied(text)
      onChange({ ...search, text })
    }, typingPauseMs)
    return () => clearTimeout(timer)
  }, [text, applied, search, onChange])

  return (
    <search className="search">
      <form onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>Search</span>
          <input
            type="search"
            value={text}
            maxLength={100}
            placeholder="Title, composer, soloist …"
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <label>
          <span>From</span>
          <input
            type="date"
            value={search.from}
            onChange={(event) => onChange({ ...search, text, from: event.target.value })}
          />
        </label>
        {venues.length > 1 && (
          <label>
            <span>Venue</span>
            <select
              value={search.venue}
              onChange={(event) => onChange({ ...search, text, venue: event.target.value })}
            >
              <option value="">All venues</option>
              {venues.map(({ id, name, city }) => (
                <option key={id} value={id}>
                  {name}, {city}
                </option>
              ))}
            </select>
          </label>
        )}
      </form>
    </search>
  )
}
