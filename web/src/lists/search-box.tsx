import { Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { isComposing } from '../ui/composing.ts'
import { Input } from '../ui/input.tsx'
import { useShortcuts } from '../ui/keys.ts'
import { focusRows } from './focus-rows.ts'
import { SentTexts } from './sent-texts.ts'

const TYPING_MS = 120

interface SearchBoxProps {
  label: string
  value: string
  onChange: (value: string) => void
}

/** Searches the list while one types. */
export function SearchBox({ label, value, onChange }: SearchBoxProps) {
  const [text, setText] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  const [sent] = useState(() => new SentTexts(value))
  const send = useRef(onChange)
  send.current = onChange
  useShortcuts([{ keys: '/', label: 'Search this list', group: 'List', run: () => input.current?.focus() }])
  useEffect(() => {
    // Back, or "Clear filters", has changed it from outside.
    if (!sent.hear(value)) setText(value)
  }, [value, sent])
  useEffect(() => {
    if (text.trim() === sent.last) return
    const timer = setTimeout(() => {
      sent.send(text.trim())
      send.current(text.trim())
    }, TYPING_MS)
    return () => clearTimeout(timer)
  }, [text, sent])
  return (
    <div role="search" className="relative w-full wide:w-56">
      <Search size={14} aria-hidden className="pointer-events-none absolute top-[7px] left-2 text-muted" />
      <Input
        ref={input}
        type="search"
        aria-label={label}
        placeholder="Search…"
        maxLength={100}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent)) return
          if (event.key === 'Escape') setText('')
          if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') focusRows()
        }}
        className="h-7! border-line pl-7"
      />
    </div>
  )
}
