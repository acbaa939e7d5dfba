import { useEffect } from 'react'

/** Names the page in the browser's tab and history. */
export function useTitle(title: string | null | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · Rowlock` : 'Rowlock'
  }, [title])
}
