import { type KeyboardEvent, type Ref, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import type { Option } from '../vocabulary.ts'
import { classes } from './classes.ts'
import { useFieldAttributes } from './field.tsx'
import { Input } from './input.tsx'
import { Tag } from './tag.tsx'

const SEARCH_DELAY_MS = 120
const LIST_WIDTH_MIN_PX = 220
const LIST_HEIGHT_MAX_PX = 260
const GAP_PX = 4
const NONE: Option = { value: '', label: 'None' }

export type OptionSource = readonly Option[] | ((text: string, signal: AbortSignal) => Promise<Option[]>)

interface PickerProps {
  value: Option | null
  /** `event` is the key press that chose, if one did. */
  onChange: (option: Option | null, event?: KeyboardEvent) => void
  /** A fixed list, or a search that answers as one types. */
  options: OptionSource
  /** Offers "None". */
  nullable?: boolean
  placeholder?: string
  'aria-label'?: string
  autoFocus?: boolean
  /** Text that the person has typed already; opens the list. */
  initialText?: string
  inputRef?: Ref<HTMLInputElement>
  className?: string
  /** Sees keys that the list did not use. */
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void
  onBlur?: () => void
}

/** A combobox: type to narrow the list, arrows and Enter to choose. */
export function Picker({ value, onChange, options, nullable, initialText, ...props }: PickerProps) {
  const listId = useId()
  const [text, setText] = useState(initialText)
  const [open, setOpen] = useState(initialText !== undefined)
  // Nothing is active until one types or moves: Enter alone must not change the value.
  const [active, setActive] = useState(initialText ? 0 : -1)
  const input = useRef<HTMLInputElement>(null)
  const field = useFieldAttributes()
  const { found, settled } = useOptions(options, text ?? '', open)
  // Enter came before the answer to what was typed: the first answer is chosen when it is there.
  const awaited = useRef<KeyboardEvent<HTMLInputElement>>(undefined)
  const shown = nullable && !text && value ? [NONE, ...found] : found
  const close = () => {
    setOpen(false)
    setText(undefined)
  }
  const show = (first = -1) => {
    setOpen(true)
    setActive(first)
  }
  const choose = (option: Option, event?: KeyboardEvent) => {
    close()
    onChange(option === NONE ? null : option, event)
  }
  useEffect(() => {
    const event = awaited.current
    if (!settled || !event) return
    awaited.current = undefined
    if (found[0]) choose(found[0], event)
  })
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      if (open)
        setActive((Math.max(active, step > 0 ? -1 : 0) + step + shown.length) % Math.max(1, shown.length))
      else show()
      return
    }
    awaited.current = undefined
    const chosen = open && settled ? shown[active] : undefined
    if (event.key === 'Enter' && open && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      event.stopPropagation()
      if (chosen) return choose(chosen, event)
      if (text && !settled) awaited.current = event
      if (text) return
      close()
    }
    if (event.key === 'Escape' && open) {
      // The dialog or cell around it stays open.
      event.stopPropagation()
      close()
      if (!props.onKeyDown) return
    } else if (event.key === 'Tab' && chosen && text) {
      choose(chosen, event)
    }
    props.onKeyDown?.(event)
  }
  return (
    <>
      <Input
        {...field}
        ref={(element) => {
          input.current = element
          if (typeof props.inputRef === 'function') props.inputRef(element)
          else if (props.inputRef) props.inputRef.current = element
        }}
        role="combobox"
        aria-label={props['aria-label']}
        aria-expanded={open}
        aria-controls={open ? listId : undefined}
        aria-autocomplete="list"
        aria-activedescendant={open && shown[active] ? `${listId}-${active}` : undefined}
        autoFocus={props.autoFocus}
        placeholder={props.placeholder ?? value?.label ?? 'None'}
        value={text ?? value?.label ?? ''}
        className={props.className}
        onChange={(event) => {
          setText(event.target.value)
          show(event.target.value ? 0 : -1)
        }}
        onFocus={(event) => event.target.select()}
        onClick={() => open || show()}
        onBlur={() => {
          close()
          props.onBlur?.()
        }}
        onKeyDown={onKeyDown}
      />
      {open && (
        <OptionList
          id={listId}
          anchor={input}
          options={shown}
          active={active}
          chosen={value?.value}
          onChoose={choose}
        />
      )}
    </>
  )
}

/** The options that fit the text; old ones stay until new ones arrive, and until then `settled` is false. */
function useOptions(
  source: OptionSource,
  text: string,
  open: boolean,
): { found: Option[]; settled: boolean } {
  const [loaded, setLoaded] = useState<{ text?: string; found: Option[] }>({ found: [] })
  useEffect(() => {
    if (!open || typeof source !== 'function') return
    const abort = new AbortController()
    const timer = setTimeout(
      () =>
        source(text, abort.signal).then(
          (found) => setLoaded({ text, found }),
          () => abort.signal.aborted || setLoaded({ text, found: [] }),
        ),
      text ? SEARCH_DELAY_MS : 0,
    )
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [source, text, open])
  if (typeof source === 'function') return { found: loaded.found, settled: loaded.text === text }
  const wanted = text.toLocaleLowerCase()
  return {
    found: source.filter(({ label }) => label.toLocaleLowerCase().includes(wanted)),
    settled: true,
  }
}

interface OptionListProps {
  id: string
  anchor: { current: HTMLInputElement | null }
  options: Option[]
  active: number
  chosen: string | undefined
  onChoose: (option: Option) => void
}

function OptionList({ id, anchor, options, active, chosen, onChoose }: OptionListProps) {
  const list = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (list.current && anchor.current) place(list.current, anchor.current)
  })
  return (
    <div
      ref={list}
      id={id}
      role="listbox"
      aria-label="Options"
      // In the top layer nothing clips it, and it still belongs to the dialog or cell around it.
      popover="manual"
      className="fixed inset-auto m-0 overflow-y-auto rounded-card bg-raised p-1 text-text shadow-popover"
      onPointerDown={(event) => event.preventDefault()}
    >
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the input, which says which option is active
        <div
          key={option.value}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={option.value === chosen}
          ref={index === active ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
          onClick={() => onChoose(option)}
          className={classes(
            'flex min-h-7 items-center gap-2 rounded-control px-2 py-0.5',
            index === active ? 'bg-hover' : 'hover:bg-hover',
            option === NONE && 'text-muted',
          )}
        >
          <Tag option={option} />
          {option.detail && <span className="ml-auto truncate text-label text-muted">{option.detail}</span>}
        </div>
      ))}
      {options.length === 0 && <div className="px-2 py-1 text-muted">Nothing found</div>}
    </div>
  )
}

function place(list: HTMLElement, anchor: HTMLElement): void {
  if (!list.matches(':popover-open')) list.showPopover()
  const box = anchor.getBoundingClientRect()
  const below_px = innerHeight - box.bottom - GAP_PX
  const up = below_px < LIST_HEIGHT_MAX_PX && box.top > below_px
  const width_px = Math.max(box.width, LIST_WIDTH_MIN_PX)
  Object.assign(list.style, {
    width: `${width_px}px`,
    maxHeight: `${Math.min(LIST_HEIGHT_MAX_PX, up ? box.top - GAP_PX : below_px)}px`,
    left: `${Math.max(GAP_PX, Math.min(box.left, innerWidth - width_px - GAP_PX))}px`,
    top: up ? 'auto' : `${box.bottom + GAP_PX}px`,
    bottom: up ? `${innerHeight - box.top + GAP_PX}px` : 'auto',
  })
}
