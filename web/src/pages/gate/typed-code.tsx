/** For hand-held scanners, which type like a keyboard, and for people. Letters may be small, and spaces do not matter. */
import { type FormEvent, useId, useRef } from 'react'

interface TypedCodeProps {
  onCode: (code: string) => void
  onType: () => void
  isBusy: boolean
}

export function TypedCode({ onCode, onType, isBusy }: TypedCodeProps) {
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const code = (field.current?.value ?? '').replace(/\s+/g, '').toUpperCase()
    if (code === '' || isBusy) return
    onType()
    onCode(code)
    if (field.current) field.current.value = ''
  }
  return (
    <form className="gate-typed" onSubmit={submit}>
      <label htmlFor={id}>Code</label>
      <input
        id={id}
        ref={field}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        placeholder="RL1:…"
      />
      <button type="submit" className="button">
        Check
      </button>
    </form>
  )
}
