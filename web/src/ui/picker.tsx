import { type KeyboardEvent, type Ref, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { foldWord } from '../../../server/src/values/fold.ts'
import type { Option } from '../vocabulary.ts'
import { classes } from './classes.ts'
import { isComposing } from './composing.ts'
import { useFieldAttributes } from './field.tsx'
import { Input } from './input.tsx'
import { Tag } from './tag.tsx'

const SEARCH_DELAY_MS = 120
const LIST_WIDTH_MIN_PX = 220
/** Where options have details beside their names. */
const DETAILED_WIDTH_MIN_PX = 360
const LIST_HEIGHT_MAX_PX = 260
const GAP_PX = 4
/** Why a form is not sent while the answer to what was typed is on its way. */
export const STILL_SEARCHED = 'It is still being searched for.'
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
  /** `typed` is a text for which nothing was chosen; undefined if there is none, or its answer is still waited for. */
  onBlur?: (typed: string | undefined) => void
  /** It goes away once something is chosen: Tab waits for the answer as Enter does. Else the focus goes on at once. */
  staysUntilChosen?: boolean
  /** The focus has left, and what is typed is chosen when its answer comes. */
  onWaiting?: (waits: boolean) => void
}

/** What is said of a text that was left without a choice. */
export function notChosen(typed: string): string {
  return `Nothing was chosen for “${typed}”.`
}

/** A combobox: type to narrow the list, arrows and Enter to choose. */
export function Picker(props: PickerProps) {
  const { value, inputRef } = props
  const listId = useId()
  const input = useRef<HTMLInputElement>(null)
  const field = useFieldAttributes()
  const { text, type, isOpen, open, leave, shown, active, choose, onKeyDown, failed } = usePicker(props)
  return (
    <>
      <Input
        {...field}
        ref={(element) => {
          input.current = element
          if (typeof inputRef === 'function') inputRef(element)
          else if (inputRef) inputRef.current = element
        }}
        role="combobox"
        aria-label={props['aria-label']}
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && shown[active] ? `${listId}-${active}` : undefined}
        autoFocus={props.autoFocus}
        placeholder={props.placeholder ?? value?.label ?? 'None'}
        value={text ?? value?.label ?? ''}
        className={props.className}
        onChange={(event) => type(event.target.value)}
        // Typing has begun already: the next character belongs behind the first.
        onFocus={(event) => !props.initialText && event.target.select()}
        onClick={open}
        // Another window has the focus now; coming back, one goes on.
        onBlur={(event) => document.activeElement !== event.target && leave()}
        // In a composition Enter and the arrows choose what the input method offers.
        onKeyDown={(event) => !isComposing(event.nativeEvent) && onKeyDown(event)}
      />
      {isOpen && (
        <OptionList
          id={listId}
          anchor={input}
          options={shown}
          active={active}
          chosen={value?.value}
          none={failed ? 'The search did not work; type again' : 'Nothing found'}
          onChoose={choose}
        />
      )}
    </>
  )
}

type InputKey = KeyboardEvent<HTMLInputElement>

/** What is typed and what is shown for it. */
function useTyped({ value, onChange, options, nullable, initialText, ...props }: PickerProps) {
  const [text, setText] = useState(initialText)
  const [isOpen, setOpen] = useState(initialText !== undefined)
  // Nothing is active until one types or moves: Enter alone must not change the value.
  const [active, setActive] = useState(initialText ? 0 : -1)
  // Enter or Tab came before the answer to what was typed: the first answer is chosen when it is there.
  const awaited = useRef<InputKey>(undefined)
  // The focus went on before the answer.
  const [left, setLeft] = useState(false)
  const { found, settled, failed } = useOptions(options, text ?? '', isOpen || left)
  const shown = nullable && !text && value ? [NONE, ...found] : found
  const chosen = isOpen && settled ? shown[active] : undefined
  const close = () => {
    setOpen(false)
    setText(undefined)
    wait(false)
  }
  /** Whether the focus has gone on and the answer is still to come. */
  const wait = (waits: boolean) => {
    if (waits !== left) props.onWaiting?.(waits)
    setLeft(waits)
  }
  const leave = () => {
    const waits = !!text && !settled && !props.staysUntilChosen
    if (waits) setOpen(false)
    else close()
    wait(waits)
    props.onBlur?.(waits ? undefined : text || undefined)
  }
  const open = () => {
    if (isOpen) return
    setOpen(true)
    setActive(-1)
  }
  const choose = (option: Option, event?: KeyboardEvent) => {
    close()
    onChange(option === NONE ? null : option, event)
  }
  useEffect(() => {
    const event = awaited.current
    if (!settled || !(event || left)) return
    awaited.current = undefined
    if (found[0]) choose(found[0], event)
    else if (left) {
      close()
      props.onBlur?.(text)
    }
  })
  return {
    text,
    type: (typed: string) => {
      setText(typed)
      wait(false)
      setOpen(true)
      setActive(typed ? 0 : -1)
    },
    isOpen,
    open,
    close,
    leave,
    shown,
    active,
    setActive,
    chosen,
    choose,
    settled,
    awaited,
    failed,
  }
}

/** The same, and what keys do. */
function usePicker(props: PickerProps) {
  const picker = useTyped(props)
  const { text, isOpen, open, close, shown, active, setActive, chosen, choose, settled, awaited } = picker
  /** True if the list has used Enter: it chose, waits for options, or there are none to choose. */
  const enter = (event: InputKey): boolean => {
    event.preventDefault()
    event.stopPropagation()
    if (chosen) choose(chosen, event)
    else if (!text) close()
    else if (!settled) awaited.current = event
    return chosen !== undefined || text !== ''
  }
  const onKeyDown = (event: InputKey) => {
    awaited.current = undefined
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (isOpen) setActive(stepped(active, event.key === 'ArrowDown' ? 1 : -1, shown.length))
      return open()
    }
    if (isOpen && event.key === 'Enter' && !event.ctrlKey && !event.metaKey && enter(event)) return
    if (isOpen && event.key === 'Escape') {
      // The dialog or cell around it stays open.
      event.stopPropagation()
      close()
    }
    if (event.key === 'Tab' && text) {
      if (chosen) return choose(chosen, event)
      if (props.staysUntilChosen) return void enter(event)
    }
    props.onKeyDown?.(event)
  }
  return { ...picker, onKeyDown }
}

/** From one option to the next, round and round; -1 stands before the first. */
function stepped(active: number, step: 1 | -1, count: number): number {
  if (count === 0) return -1
  return active < 0 && step < 0 ? count - 1 : (active + step + count) % count
}

/** The options that fit the text; old ones stay until new ones arrive, and until then `settled` is false. */
function useOptions(
  source: OptionSource,
  text: string,
  open: boolean,
): { found: Option[]; settled: boolean; failed: boolean } {
  const [loaded, setLoaded] = useState<{ text?: string; found: Option[]; failed?: boolean }>({ found: [] })
  useEffect(() => {
    if (!open || typeof source !== 'function') return
    const abort = new AbortController()
    const timer = setTimeout(
      () =>
        source(text, abort.signal).then(
          (found) => setLoaded({ text, found }),
          () => abort.signal.aborted || setLoaded({ text, found: [], failed: true }),
        ),
      text ? SEARCH_DELAY_MS : 0,
    )
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [source, text, open])
  if (typeof source === 'function')
    return { found: loaded.found, settled: loaded.text === text, failed: loaded.failed === true }
  const wanted = foldWord(text)
  return {
    found: source.filter(({ label }) => foldWord(label).includes(wanted)),
    settled: true,
    failed: false,
  }
}

interface OptionListProps {
  id: string
  anchor: { current: HTMLInputElement | null }
  options: Option[]
  active: number
  chosen: string | undefined
  /** Said where there are no options. */
  none: string
  onChoose: (option: Option) => void
}

function OptionList({ id, anchor, options, active, chosen, none, onChoose }: OptionListProps) {
  const list = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const least_px = options.some((option) => option.detail) ? DETAILED_WIDTH_MIN_PX : LIST_WIDTH_MIN_PX
    if (list.current && anchor.current) place(list.current, anchor.current, least_px)
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
          <span className="max-w-3/4 flex-none truncate">
            <Tag option={option} />
          </span>
          {option.detail && (
            <span dir="auto" className="ml-auto truncate text-label text-muted">
              {option.detail}
            </span>
          )}
        </div>
      ))}
      {options.length === 0 && <div className="px-2 py-1 text-muted">{none}</div>}
    </div>
  )
}

function place(list: HTMLElement, anchor: HTMLElement, least_px: number): void {
  if (!list.matches(':popover-open')) list.showPopover()
  const box = anchor.getBoundingClientRect()
  const below_px = innerHeight - box.bottom - GAP_PX
  const up = below_px < LIST_HEIGHT_MAX_PX && box.top > below_px
  const width_px = Math.min(Math.max(box.width, least_px), innerWidth - 2 * GAP_PX)
  Object.assign(list.style, {
    width: `${width_px}px`,
    maxHeight: `${Math.min(LIST_HEIGHT_MAX_PX, up ? box.top - GAP_PX : below_px)}px`,
    left: `${Math.max(GAP_PX, Math.min(box.left, innerWidth - width_px - GAP_PX))}px`,
    top: up ? 'auto' : `${box.bottom + GAP_PX}px`,
    bottom: up ? `${innerHeight - box.top + GAP_PX}px` : 'auto',
  })
}
