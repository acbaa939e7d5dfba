/** A name as a key: lower case, marks stripped, dashes between words. */
import { searchText } from '../search-text.ts'

export function slug(name: string): string {
  return searchText(name)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80)
}
