import { type FocusEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { classes } from '../ui/classes.ts'
import { isComposing } from '../ui/composing.ts'
import { Input, TextArea } from '../ui/input.tsx'
import { notChosen, Picker } from '../ui/picker.tsx'
import { SAVES_ON_LEAVING, useUnsaved } from '../ui/unsaved.ts'
import type { Outcome } from './field.ts'
import {
  type AnyRecord,
  changeByOption,
  type FieldChange,
  optionOf,
  optionsOf,
  type Reading,
  type RecordField,
  readTyped,
  textOf,
  typedOf,
} from './field.ts'
import type { Refusal } from './refusals.ts'

/** Where the person goes after an edit. */
export type Leave = 'stay' | 'down' | 'right' | 'left'

export interface ValueEditorProps<Row extends AnyRecord> {
  field: RecordField<Row>
  /** As it is when the editor is opened; what comes later does not reach the edit. */
  row: Row
  /** What was typed to begin with; it replaces the value. */
  initialText?: string
  /** An edit of this value that was refused: it goes on where it stopped. */
  refusal?: Refusal
  className?: string
  /** False keeps a text that was not understood in the editor. */
  onDone: (outcome: Outcome<Row>, leave: Leave) => boolean
  onCancel: () => void
}

const inputTypes: Partial<Record<RecordField<unknown>['kind'], string>> = { day: 'date' }
const inputModes: Partial<Record<RecordField<unknown>['kind'], 'email' | 'tel' | 'numeric' | 'decimal'>> = {
  email: 'email',
  phone: 'tel',
  number: 'decimal',
  money: 'decimal',
}

/** Edits one value in place: Enter saves, Tab saves and goes on, Escape cancels, leaving saves. */
export function ValueEditor<Row extends AnyRecord>(props: ValueEditorProps<Row>) {
  return optionsOf(props.field) ? <OptionEditor {...props} /> : <TextEditor {...props} />
}

type TextElement = HTMLInputElement | HTMLTextAreaElement

function TextEditor<Row extends AnyRecord>(props: ValueEditorProps<Row>) {
  const { field, initialText, refusal, className, onCancel } = props
  const long = field.kind === 'long_text'
  const { element, text, finish, cancel } = useTextEdit(props)
  const onKeyDown = (event: KeyboardEvent<TextElement>) => {
    const leave = leaveBy(event, long)
    event.stopPropagation()
    if (!leave) return
    event.preventDefault()
    if (leave !== 'cancel') return finish(leave)
    cancel()
    onCancel()
  }
  const attributes = {
    ref: (shown: TextElement | null) => {
      element.current = shown
    },
    [SAVES_ON_LEAVING]: true,
    'aria-label': field.label,
    'aria-invalid': refusal !== undefined || undefined,
    autoFocus: true,
    defaultValue: text,
    onFocus: (event: FocusEvent<TextElement>) =>
      // Typing has begun the edit: the next character belongs behind the first.
      initialText === undefined && inputTypes[field.kind] === undefined && event.target.select(),
    // Another window has the focus now; coming back, one goes on.
    onBlur: (event: FocusEvent<TextElement>) => document.activeElement !== event.target && finish('stay'),
    onKeyDown,
  }
  if (long) return <TextArea {...attributes} rows={5} className={className} />
  return (
    <Input
      {...attributes}
      type={inputTypes[field.kind] ?? 'text'}
      inputMode={inputModes[field.kind]}
      className={classes(className, (field.kind === 'number' || field.kind === 'money') && 'text-right')}
    />
  )
}

/** One edit of a text: what it began with, and how it ends, once. */
function useTextEdit<Row extends AnyRecord>({
  field,
  row,
  initialText,
  refusal,
  onDone,
}: ValueEditorProps<Row>) {
  const [began] = useState({
    // The same record, as it was when the refused edit began.
    opened: refusal && initialText === undefined ? (refusal.opened as Row) : row,
    text: initialText ?? refusal?.text ?? typedOf(field, row),
    untouched: initialText === undefined && refusal === undefined,
  })
  const element = useRef<TextElement>(null)
  const left = useRef(false)
  /** As the element holds it: line breaks and the like are not what was typed. */
  const first = useRef<string>(undefined)
  const isTouched = () => !began.untouched || element.current?.value !== first.current
  const finish = (leave: Leave) => {
    const input = element.current
    if (left.current || !input) return
    left.current = true
    const outcome = { opened: began.opened, text: input.value, ...read(input) }
    if (!onDone(outcome, leave)) left.current = leave === 'stay'
  }
  const read = (input: TextElement): Reading<Row> => {
    // Half a date reads as none.
    if (input.validity.badInput) return { refused: 'This is not a whole date.' }
    return isTouched() ? readTyped(field, began.opened, input.value) : { change: undefined }
  }
  const latest = useRef({ finish, isTouched })
  latest.current = { finish, isTouched }
  useLayoutEffect(() => {
    const input = element.current
    first.current = input?.value
    return () =>
      queueMicrotask(() => {
        if (!input || input.isConnected) return
        // Taken off the page in the middle, as by another sort: that is leaving, too.
        element.current = input
        if (latest.current.isTouched()) latest.current.finish('stay')
      })
  }, [])
  useUnsaved(() => !left.current && isTouched())
  return {
    element,
    text: began.text,
    finish,
    cancel: () => {
      left.current = true
    },
  }
}

function OptionEditor<Row extends AnyRecord>({
  field,
  row,
  initialText,
  refusal,
  className,
  onDone,
  onCancel,
}: ValueEditorProps<Row>) {
  const left = useRef(false)
  const [opened] = useState(row)
  // A text for which nothing was chosen goes on where it stopped.
  const [began] = useState(initialText ?? (refusal?.retry ? '' : refusal?.text) ?? '')
  const finish = (change: FieldChange<Row> | undefined, leave: Leave) => {
    if (left.current) return
    left.current = true
    onDone({ opened, change, text: change ? textOf(field, { ...opened, ...change.shown }) : '' }, leave)
  }
  return (
    <Picker
      aria-label={field.label}
      autoFocus
      staysUntilChosen
      initialText={began}
      value={optionOf(field, opened)}
      options={optionsOf(field) ?? []}
      nullable={field.nullable}
      className={className}
      onChange={(option, event) => {
        const leave = event && leaveBy(event, false)
        event?.preventDefault()
        finish(changeByOption(field, opened, option), leave && leave !== 'cancel' ? leave : 'stay')
      }}
      onBlur={(typed) => {
        if (typed === undefined) return finish(undefined, 'stay')
        if (left.current) return
        left.current = true
        onDone({ opened, refused: notChosen(typed), text: typed }, 'stay')
      }}
      onKeyDown={(event) => {
        const leave = leaveBy(event, false)
        event.stopPropagation()
        if (!leave || left.current) return
        event.preventDefault()
        if (leave !== 'cancel') return finish(undefined, leave)
        left.current = true
        onCancel()
      }}
    />
  )
}

/** Where a key leads from an editor, if it does. */
export function leaveBy(event: KeyboardEvent, long: boolean): Leave | 'cancel' | undefined {
  if (isComposing(event.nativeEvent)) return undefined
  if (event.key === 'Escape') return 'cancel'
  if (event.key === 'Tab') return event.shiftKey ? 'left' : 'right'
  if (event.key === 'Enter' && (!long || event.ctrlKey || event.metaKey)) return 'down'
  return undefined
}
