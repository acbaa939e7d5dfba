/** Bodies and queries as Stripe takes them: `metadata[booking]=1&expand[0]=latest_charge`. */
export interface Form {
  [name: string]: string | Form
}

export function readForm(text: string): Form {
  const form: Form = {}
  for (const [path, value] of new URLSearchParams(text)) {
    const [first = '', ...rest] = path.split(/\[|\]\[|\]/).filter((part, at) => at === 0 || part !== '')
    put(form, [first, ...rest], value)
  }
  return form
}

function put(form: Form, [name = '', ...rest]: string[], value: string): void {
  if (rest.length === 0) {
    form[name] = value
    return
  }
  const inner = form[name]
  const next = typeof inner === 'object' ? inner : {}
  form[name] = next
  put(next, rest, value)
}

export const textOf = (form: Form, name: string): string | undefined => {
  const value = form[name]
  return typeof value === 'string' ? value : undefined
}

export const listOf = (form: Form, name: string): string[] => {
  const value = form[name]
  return typeof value === 'object' ? Object.values(value).filter((item) => typeof item === 'string') : []
}

export function mapOf(form: Form, name: string): Record<string, string> {
  const value = form[name]
  if (typeof value !== 'object') return {}
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
