import { X } from 'lucide-react'
import { type FocusEvent, type RefObject, useId, useRef, useState } from 'react'
import { recordSearch, useRecordName } from '../fields/record-options.ts'
import { useMe } from '../session/session.ts'
import { classes } from '../ui/classes.ts'
import { isComposing } from '../ui/composing.ts'
import { Input } from '../ui/input.tsx'
import { Menu } from '../ui/menu.tsx'
import { Picker } from '../ui/picker.tsx'
import { valueWords, YES_NO } from './filter-words.ts'
import {
  type Filter,
  type FilterField,
  isDated,
  LIST_HINT,
  type Operator,
  operatorLabel,
  operatorsOf,
  readTyped,
  toggled,
  typedOf,
  valuesOf,
  withOperator,
} from './filters.ts'
import { focusRows } from './focus-rows.ts'

const TEXT_LENGTH_MAX = 200
const LIST_LENGTH_MAX = 1_000

interface FilterChipProps {
  filter: Filter
  /** It has no value yet. */
  isDraft?: boolean
  /** The server did not take it. */
  refused?: boolean
  onChange: (filter: Filter) => void
  /** Its operator changed, and there is no value that fits. */
  onDraft: (filter: Filter) => void
  /** Nothing was entered into a draft. */
  onCancel?: () => void
  onRemove: () => void
}

/** A filter: field, operator, value, and the way to take it away. */
export function FilterChip({ filter, isDraft = false, refused, onRemove, ...on }: FilterChipProps) {
  const { field, operator } = filter
  const chip = useChip({ filter, isDraft, refused, onRemove, ...on })
  const noteId = useId()
  const note =
    chip.reason ?? (chip.editing && operator === 'in' && !optionsFor(field) ? LIST_HINT : undefined)
  const segment = 'flex h-full items-center px-2 hover:bg-hover'
  return (
    <div className="relative max-w-full flex-none">
      <fieldset
        aria-label={`Filter: ${field.label}`}
        onPointerDown={chip.press}
        onBlur={chip.leave}
        className={classes(
          'flex h-7 min-w-0 items-center divide-x divide-line overflow-hidden rounded-control border focus-within:border-accent',
          refused || chip.reason ? 'border-danger' : 'border-line',
        )}
      >
        <span className="flex-none px-2 text-muted">{field.label}</span>
        <Menu
          entries={operatorsOf(field).map((other) => ({
            label: operatorLabel(field, other),
            checked: other === operator,
            run: () => chip.choose(other),
          }))}
          finalFocus={() => chip.input.current ?? true}
        >
          {(trigger) => (
            <button type="button" {...trigger} className={`${segment} flex-none text-muted`}>
              {operatorLabel(field, operator)}
            </button>
          )}
        </Menu>
        {chip.editing ? (
          <ValueInput filter={filter} noteId={note && noteId} invalid={chip.reason !== undefined} {...chip} />
        ) : (
          <button type="button" className={`${segment} min-w-0 font-medium`} onClick={chip.edit}>
            <span dir="auto" className="truncate">
              <ShownValue filter={filter} />
            </span>
          </button>
        )}
        <button
          type="button"
          aria-label={`Remove the filter on ${field.label}`}
          className={`${segment} flex-none text-muted`}
          onClick={onRemove}
        >
          <X size={12} aria-hidden />
        </button>
      </fieldset>
      {note && (
        <p
          id={noteId}
          role={chip.reason ? 'alert' : undefined}
          className={classes(
            'absolute top-full left-0 z-20 mt-1 w-max max-w-80 rounded-control bg-raised px-2 py-1 text-label shadow-popover',
            chip.reason ? 'text-danger' : 'text-muted',
          )}
        >
          {note}
        </p>
      )}
    </div>
  )
}

/** Whether a chip is being edited, what ends that, and why what was typed is no value. */
function useChip({ filter, isDraft, onChange, onDraft, onCancel, onRemove }: FilterChipProps) {
  const zone = useMe().workspace.time_zone
  const [editing, setEditing] = useState(isDraft ?? false)
  const [reason, setReason] = useState<string>()
  const input = useRef<HTMLInputElement>(null)
  const chosen = optionsFor(filter.field) !== undefined
  const close = () => {
    setReason(undefined)
    if (isDraft) onCancel?.()
    else setEditing(false)
  }
  /** Takes what was typed; what is not understood stays where it is, and the list as it was. */
  const finish = (text: string): boolean => {
    if (text.trim() === '') {
      if (isDraft) onCancel?.()
      else onRemove()
      return true
    }
    const read = text === typedOf(filter, zone) ? filter : readTyped(filter, text)
    if ('refused' in read) {
      setReason(read.refused)
      return false
    }
    setReason(undefined)
    setEditing(false)
    if (read.value !== filter.value) onChange({ ...filter, value: read.value })
    return true
  }
  const choose = (next: Operator) => {
    const typed = chosen ? '' : (input.current?.value.trim() ?? '')
    const read = typed ? readTyped(filter, typed) : undefined
    const changed = withOperator(read && 'value' in read ? { ...filter, value: read.value } : filter, next)
    if (changed.value === '') return onDraft(changed)
    setReason(undefined)
    setEditing(false)
    onChange(changed)
  }
  return {
    editing,
    reason,
    input,
    choose,
    edit: () => {
      // "Is empty" has two answers: the other one is a click away.
      if (filter.operator === 'empty') onChange({ ...filter, value: String(filter.value !== 'true') })
      else setEditing(true)
    },
    /** Ended by a key: back to the rows. */
    onEnter: (text: string) => finish(text) && focusRows(),
    onEscape: () => {
      close()
      focusRows()
    },
    onChoose: (value: string) => {
      setEditing(false)
      focusRows()
      const next = filter.operator === 'in' ? toggled(filter, value) : value
      if (next === '') onRemove()
      else if (next !== filter.value) onChange({ ...filter, value: next })
    },
    ...useLeaving(() => {
      if (!editing) return
      if (chosen) close()
      else finish(input.current?.value ?? '')
    }),
  }
}

/** Calls `left` when the focus goes elsewhere than within the chip or to the menu of its operator. */
function useLeaving(left: () => void) {
  const pressed = useRef(false)
  return {
    press: () => {
      pressed.current = true
      const release = () => {
        pressed.current = false
      }
      // Buttons take no focus in some browsers, so the focus alone does not tell that one stays with the chip.
      addEventListener('pointerup', release, { once: true })
      addEventListener('pointercancel', release, { once: true })
    },
    leave: ({ currentTarget, relatedTarget }: FocusEvent) => {
      const stays =
        pressed.current ||
        // Another window is in front.
        !document.hasFocus() ||
        (relatedTarget instanceof Element &&
          (currentTarget.contains(relatedTarget) || relatedTarget.closest('[role=menu]') !== null))
      if (!stays) left()
    },
  }
}

function ShownValue({ filter }: { filter: Filter }) {
  const { field, operator } = filter
  const zone = useMe().workspace.time_zone
  const name = useRecordName(operator === 'empty' ? undefined : field.record, valuesOf(filter)[0] ?? '')
  return valueWords(filter, zone, [name ?? '…'])
}

interface ValueInputProps {
  filter: Filter
  input: RefObject<HTMLInputElement | null>
  noteId: string | undefined
  invalid: boolean
  onEnter: (text: string) => void
  onEscape: () => void
  onChoose: (value: string) => void
}

function ValueInput({ filter, input, noteId, invalid, onEnter, onEscape, onChoose }: ValueInputProps) {
  const { field, operator } = filter
  const zone = useMe().workspace.time_zone
  const look = 'h-7! w-40! rounded-none border-none outline-none!'
  const options = optionsFor(field)
  if (options) {
    return (
      <Picker
        aria-label={`${field.label} to filter by`}
        autoFocus
        staysUntilChosen
        initialText=""
        value={null}
        options={options}
        placeholder="Choose…"
        className={look}
        inputRef={input}
        onChange={(option) => option && onChoose(option.value)}
        onKeyDown={(event) => event.key === 'Escape' && onEscape()}
      />
    )
  }
  return (
    <Input
      ref={input}
      aria-label={`${field.label} to filter by`}
      aria-invalid={invalid}
      aria-describedby={noteId}
      type={isDated(field) ? 'date' : 'text'}
      inputMode={field.kind === 'number' ? 'decimal' : undefined}
      maxLength={operator === 'in' ? LIST_LENGTH_MAX : TEXT_LENGTH_MAX}
      autoFocus
      defaultValue={typedOf(filter, zone)}
      className={look}
      onKeyDown={(event) => {
        // While an input method composes, Enter and Escape are its own.
        if (isComposing(event.nativeEvent)) return
        if (event.key === 'Enter') onEnter(event.currentTarget.value)
        if (event.key === 'Escape') onEscape()
      }}
    />
  )
}

function optionsFor(field: FilterField) {
  if (field.record) return recordSearch[field.record]
  return field.kind === 'boolean' ? YES_NO : field.options
}
