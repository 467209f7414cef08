import { Dialog } from '@base-ui/react/dialog'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type LucideIcon, Plus, Search, Settings } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { foldWord } from '../../../server/src/values/fold.ts'
import { call } from '../call.ts'
import { createCustomer } from '../customers/create.ts'
import { kindLabel } from '../kinds.ts'
import { paths, recordPath } from '../paths.ts'
import { useSections } from '../sections.ts'
import { useMay } from '../session/session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { classes } from '../ui/classes.ts'
import { isComposing } from '../ui/composing.ts'

const TYPING_MS = 80

interface Entry {
  key: string
  group: string
  label: string
  detail?: string
  icon?: LucideIcon
  run: () => void
}

/** Ctrl-K: places, actions, and records found as one types. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const listId = useId()
  const { records, settled, failed } = useFoundRecords(text.trim())
  const commands = useCommands().filter(({ label }) => foldWord(label).includes(foldWord(text)))
  const entries = [...commands, ...records]
  // Commands are known at once; records may still be those for the text before.
  const known = settled ? entries.length : commands.length
  const { at, setActive, run, onKeyDown } = usePaletteKeys(entries, known, settled, onClose)
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup
          aria-label="Find anything"
          className="fixed inset-x-2 top-[14vh] z-40 mx-auto max-w-[600px] overflow-hidden rounded-dialog bg-raised shadow-popover outline-none"
        >
          <div className="flex h-12 items-center gap-3 border-b border-line px-4">
            <Search size={16} className="text-muted" aria-hidden />
            <input
              role="combobox"
              aria-label="Find anything"
              aria-expanded={entries.length > 0}
              aria-controls={listId}
              aria-autocomplete="list"
              aria-activedescendant={entries[at] && `${listId}-${at}`}
              autoComplete="off"
              placeholder="Find a record or do something…"
              maxLength={100}
              value={text}
              onChange={(event) => {
                setText(event.target.value)
                setActive(0)
              }}
              onKeyDown={onKeyDown}
              className="h-full flex-1 bg-transparent outline-none"
            />
            <kbd className="rounded border border-line px-1.5 font-sans text-[11px] text-muted">Esc</kbd>
          </div>
          <Entries id={listId} entries={entries} active={at} onRun={run} onHover={setActive} />
          <p role="status" className="px-4 text-center text-muted not-empty:pb-6">
            {failed && 'The search did not work. Check the connection and type again.'}
            {entries.length === 0 && !failed && (settled ? 'Nothing found.' : 'Searching …')}
          </p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** The active entry, and what keys do. `known`: so many of the entries answer what is typed now. */
function usePaletteKeys(entries: Entry[], known: number, settled: boolean, onClose: () => void) {
  const [active, setActive] = useState(0)
  // Enter came before the answer to what was typed: the first entry is run when it is there.
  const awaited = useRef(false)
  const at = Math.min(active, entries.length - 1)
  const run = (entry: Entry | undefined) => {
    if (!entry) return
    onClose()
    entry.run()
  }
  useEffect(() => {
    if (!settled || !awaited.current) return
    awaited.current = false
    run(entries[0])
  })
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return
    awaited.current = false
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      setActive((at + step + entries.length) % Math.max(1, entries.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (settled || at < known) run(entries[at])
      else awaited.current = true
    } else if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      onClose()
    }
  }
  return { at, setActive, run, onKeyDown }
}

interface EntriesProps {
  id: string
  entries: Entry[]
  active: number
  onRun: (entry: Entry) => void
  onHover: (index: number) => void
}

function Entries({ id, entries, active, onRun, onHover }: EntriesProps) {
  const groups = Object.entries(Object.groupBy(entries, ({ group }) => group))
  return (
    <div id={id} role="listbox" aria-label="Found" className="max-h-[50vh] overflow-y-auto p-1.5">
      {groups.map(([group, list = []]) => (
        // biome-ignore lint/a11y/useSemanticElements: a group of options is no fieldset
        <div key={group} role="group" aria-label={group}>
          <div aria-hidden className="px-2 pt-2 pb-1 text-label font-medium text-muted">
            {group}
          </div>
          {list.map((entry) => {
            const index = entries.indexOf(entry)
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the input
              <div
                key={entry.key}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                ref={
                  index === active ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined
                }
                onClick={() => onRun(entry)}
                onPointerMove={() => index !== active && onHover(index)}
                className={classes(
                  'flex h-9 items-center gap-3 rounded-control px-2',
                  index === active && 'bg-hover',
                )}
              >
                {entry.icon ? (
                  <entry.icon size={16} className="mx-0.5 text-muted" aria-hidden />
                ) : (
                  <Avatar name={entry.label} />
                )}
                <span dir="auto" className="max-w-3/4 flex-none truncate">
                  {entry.label}
                </span>
                {entry.detail && (
                  <span dir="auto" className="ml-auto min-w-0 truncate text-label text-muted">
                    {entry.detail}
                  </span>
                )}
              </div>
            )
          })}
        </div>
      ))}
    </div>
  )
}

function useCommands(): Entry[] {
  const router = useRouter()
  const sections = useSections()
  const mayCreate = useMay('records:write')
  const create: Entry = {
    key: 'new-customer',
    group: 'Actions',
    label: 'New customer',
    icon: Plus,
    run: () => void createCustomer(),
  }
  const settings = { label: 'Settings', icon: Settings, href: paths.settings() }
  return [
    ...(mayCreate ? [create] : []),
    ...[...sections, settings].map(({ label, icon, href }) => ({
      key: href,
      group: 'Go to',
      label,
      icon,
      run: () => void router.navigate({ href }),
    })),
  ]
}

/** Records for the text; those for the text before stay until the new ones have come. */
function useFoundRecords(text: string): { records: Entry[]; settled: boolean; failed: boolean } {
  const router = useRouter()
  const [q, setQ] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setQ(text), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text])
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['search', q],
    queryFn: ({ signal }) => call('GET /api/search', { query: { q }, signal }),
    enabled: q !== '',
    placeholderData: (before) => before,
  })
  if (text === '') return { records: [], settled: true, failed: false }
  const records = (data?.items ?? []).map((hit) => ({
    key: `${hit.kind} ${hit.id}`,
    group: kindLabel(hit.kind),
    label: hit.title,
    detail: hit.detail ?? undefined,
    run: () => void router.navigate({ href: recordPath(hit.kind, hit.id) }),
  }))
  const answered = error !== null || (data !== undefined && !isPlaceholderData)
  return { records, settled: q === text && answered, failed: q === text && error !== null }
}
