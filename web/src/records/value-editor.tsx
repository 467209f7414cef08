import { type FocusEvent, type KeyboardEvent, useRef } from 'react'
import { classes } from '../ui/classes.ts'
import { Input, TextArea } from '../ui/input.tsx'
import { Picker } from '../ui/picker.tsx'
import {
  type AnyRecord,
  changeByOption,
  changeByText,
  type FieldChange,
  optionOf,
  optionsOf,
  type RecordField,
  typedOf,
} from './field.ts'

/** Where the person goes after an edit. */
export type Leave = 'stay' | 'down' | 'right' | 'left'

interface ValueEditorProps<Row extends AnyRecord> {
  field: RecordField<Row>
  row: Row
  /** What was typed to begin with; it replaces the value. */
  initialText?: string
  className?: string
  /** `change` is undefined if the value stayed as it was. */
  onDone: (change: FieldChange<Row> | undefined, leave: Leave) => void
  onCancel: () => void
}

const inputTypes: Partial<Record<RecordField<unknown>['kind'], string>> = { day: 'date' }
const inputModes: Partial<Record<RecordField<unknown>['kind'], 'email' | 'tel' | 'numeric' | 'decimal'>> = {
  email: 'email',
  phone: 'tel',
  number: 'numeric',
  money: 'decimal',
}

/** Edits one value in place: Enter saves, Tab saves and goes on, Escape cancels, leaving saves. */
export function ValueEditor<Row extends AnyRecord>(props: ValueEditorProps<Row>) {
  return optionsOf(props.field) ? <OptionEditor {...props} /> : <TextEditor {...props} />
}

function TextEditor<Row extends AnyRecord>({
  field,
  row,
  initialText,
  className,
  onDone,
  onCancel,
}: ValueEditorProps<Row>) {
  const left = useRef(false)
  const long = field.kind === 'long_text'
  const finish = (text: string, leave: Leave) => {
    if (left.current) return
    left.current = true
    onDone(changeByText(field, row, text), leave)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
    const leave = leaveBy(event, long)
    event.stopPropagation()
    if (!leave) return
    event.preventDefault()
    if (leave !== 'cancel') return finish(event.currentTarget.value, leave)
    left.current = true
    onCancel()
  }
  const attributes = {
    'aria-label': field.label,
    autoFocus: true,
    defaultValue: initialText ?? typedOf(field, row),
    onFocus: (event: FocusEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      // Typing has begun the edit: the next character belongs behind the first.
      initialText === undefined && inputTypes[field.kind] === undefined && event.target.select(),
    onBlur: (event: FocusEvent<HTMLInputElement | HTMLTextAreaElement>) => finish(event.target.value, 'stay'),
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

function OptionEditor<Row extends AnyRecord>({
  field,
  row,
  initialText,
  className,
  onDone,
  onCancel,
}: ValueEditorProps<Row>) {
  const left = useRef(false)
  const finish = (change: FieldChange<Row> | undefined, leave: Leave) => {
    if (left.current) return
    left.current = true
    onDone(change, leave)
  }
  return (
    <Picker
      aria-label={field.label}
      autoFocus
      initialText={initialText ?? ''}
      value={optionOf(field, row)}
      options={optionsOf(field) ?? []}
      nullable={field.nullable}
      className={className}
      onChange={(option, event) => {
        const leave = event && leaveBy(event, false)
        event?.preventDefault()
        finish(changeByOption(field, row, option), leave && leave !== 'cancel' ? leave : 'stay')
      }}
      onBlur={() => finish(undefined, 'stay')}
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

function leaveBy(event: KeyboardEvent, long: boolean): Leave | 'cancel' | undefined {
  if (event.nativeEvent.isComposing) return undefined
  if (event.key === 'Escape') return 'cancel'
  if (event.key === 'Tab') return event.shiftKey ? 'left' : 'right'
  if (event.key === 'Enter' && (!long || event.ctrlKey || event.metaKey)) return 'down'
  return undefined
}
