import { Pencil } from 'lucide-react'
import { useRef } from 'react'
import type { Outcome } from '../fields/field.ts'
import { type AnyRecord, type RecordField, textOf } from '../fields/field.ts'
import { mailLink } from '../fields/mail-link.ts'
import { RefusalNote } from '../fields/refusal-note.tsx'
import { type Refusal, refusalKey } from '../fields/refusals.ts'
import { type Leave, ValueEditor } from '../fields/value-editor.tsx'
import { renderValue } from '../grid/column.tsx'
import type { Edits } from '../rows/use-edits.ts'
import { IconButton } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { Link } from '../ui/link.tsx'

interface RecordPanelProps<Row extends AnyRecord> {
  record: Row
  fields: RecordField<Row>[]
  canEdit: boolean
  edits: Edits<Row>
  /** Name of the field being edited; the owner can begin an edit with a key. */
  editing: string | undefined
  onEdit: (name: string | undefined) => void
}

/** The values of a record, each edited in place. */
export function RecordPanel<Row extends AnyRecord>(props: RecordPanelProps<Row>) {
  const { record, fields, canEdit, edits, editing, onEdit } = props
  const panel = useRef<HTMLDListElement>(null)
  const finish = (field: RecordField<Row>, outcome: Outcome<Row>, leave: Leave) => {
    const understood = edits.finish(field, outcome)
    if (!understood && leave !== 'stay') return false
    onEdit(undefined)
    focusRow(panel.current, field.name, leave)
    return understood
  }
  return (
    <dl ref={panel} className="flex flex-col gap-0.5">
      {fields.map((field) => {
        const refusal = edits.refusals.get(refusalKey(record.id, field.name))
        return (
          <div key={field.name} className="grid min-h-8 grid-cols-[96px_1fr] items-start">
            <dt className="truncate py-1.5 text-muted">{field.label}</dt>
            <dd className="group/value flex min-w-0 flex-col">
              {editing === field.name ? (
                <ValueEditor
                  field={field}
                  row={record}
                  refusal={refusal}
                  onDone={(outcome, leave) => finish(field, outcome, leave)}
                  onCancel={() => {
                    edits.forgive(record.id, field.name)
                    onEdit(undefined)
                    focusRow(panel.current, field.name, 'stay')
                  }}
                />
              ) : (
                <ShownValue
                  field={field}
                  record={record}
                  canEdit={canEdit && !field.readOnly}
                  refusal={refusal}
                  onEdit={() => onEdit(field.name)}
                />
              )}
              {refusal && (
                <RefusalNote
                  refusal={refusal}
                  onDiscard={() => {
                    edits.forgive(record.id, field.name)
                    if (editing === field.name) onEdit(undefined)
                    focusRow(panel.current, field.name, 'stay')
                  }}
                  className="px-2 py-1"
                />
              )}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}

interface ShownValueProps<Row extends AnyRecord> {
  field: RecordField<Row>
  record: Row
  canEdit: boolean
  refusal: Refusal | undefined
  onEdit: () => void
}

function ShownValue<Row extends AnyRecord>({
  field,
  record,
  canEdit,
  refusal,
  onEdit,
}: ShownValueProps<Row>) {
  const text = refusal?.text ?? textOf(field, record)
  const saved = text && !refusal ? renderValue(field, record) : text
  const value = saved || <span className="text-muted">Empty</span>
  const href = text && !refusal ? hrefOf(field, record) : undefined
  const look = classes(
    'min-w-0 flex-1 rounded-control px-2 py-1.5 text-left wrap-anywhere whitespace-pre-wrap',
    refusal && 'text-danger outline-2 outline-danger',
  )
  return (
    <div className="flex items-start">
      {href?.startsWith('/') ? (
        <Link href={href} dir="auto" className={`${look} text-accent hover:underline`}>
          {value}
        </Link>
      ) : href ? (
        <a href={href} dir="auto" className={`${look} text-accent hover:underline`}>
          {value}
        </a>
      ) : canEdit ? (
        <button
          type="button"
          dir="auto"
          data-field={field.name}
          aria-label={`${field.label}: ${text || 'empty'}${refusal ? ', not saved' : ''}. Edit`}
          onClick={onEdit}
          className={`${look} hover:bg-hover`}
        >
          {value}
        </button>
      ) : (
        <span dir="auto" className={look}>
          {value}
        </span>
      )}
      {href && canEdit && (
        <IconButton
          icon={Pencil}
          label={`Edit ${field.label}`}
          data-field={field.name}
          onClick={onEdit}
          className="mt-0.5 wide:not-pointer-coarse:opacity-0 wide:group-hover/value:opacity-100 wide:focus-visible:opacity-100"
        />
      )}
    </div>
  )
}

/** Where a value leads: another record, a mail program, a telephone. */
function hrefOf<Row extends AnyRecord>(field: RecordField<Row>, record: Row): string | undefined {
  const value = record[field.name]
  if (field.kind === 'email') return mailLink(String(value))
  // Only the server knows how its numbers are dialled, and says so with the record.
  if (field.kind === 'phone') return (record as { phone_link?: string | null }).phone_link ?? undefined
  return field.kind === 'record' ? field.path?.(Number(value)) : undefined
}

/** Back to the value that was edited, or to the one beside it. Waits for React to put the button back. */
function focusRow(panel: HTMLElement | null, name: string, leave: Leave): void {
  requestAnimationFrame(() => {
    const buttons = [...(panel?.querySelectorAll<HTMLElement>('[data-field]') ?? [])]
    const at = buttons.findIndex((button) => button.dataset.field === name)
    const step = leave === 'right' ? 1 : leave === 'left' ? -1 : 0
    // Leaving by a click has put the focus elsewhere already.
    if (leave === 'stay' && document.activeElement !== document.body) return
    buttons[at + step]?.focus()
  })
}
