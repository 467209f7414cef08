import { ArrowUp, Pencil, Plus, Trash2 } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { mailLink } from '../fields/mail-link.ts'
import { RefusalNote } from '../fields/refusal-note.tsx'
import { type Refusal, refusalKey } from '../fields/refusals.ts'
import { patchTogether, saveChange } from '../rows/save.ts'
import { useEdits } from '../rows/use-edits.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { isComposing } from '../ui/composing.ts'
import { Input } from '../ui/input.tsx'
import { useUnsaved } from '../ui/unsaved.ts'
import { type Customer, customerFields, customerSource, furtherFields } from './customer.ts'

const LABELS = ['work', 'home', 'mobile', 'other'] as const
const FURTHER_MAX = 10

/** A further email or phone, whichever it is. */
interface Contact {
  label: string
  value: string
}

const kinds = {
  email: {
    one: 'email',
    list: (record: Customer): Contact[] =>
      record.more_emails.map(({ label, email }) => ({ label, value: email })),
    sent: (contacts: Contact[]) => ({
      more_emails: contacts.map(({ label, value }) => ({ label, email: value })),
    }),
    field: furtherFields.more_emails,
    first: customerFields.email,
    link: (record: Customer, at: number) => mailLink(record.more_emails[at]?.email ?? ''),
    type: 'email',
  },
  phone: {
    one: 'phone',
    list: (record: Customer): Contact[] =>
      record.more_phones.map(({ label, phone }) => ({ label, value: phone })),
    // Where a new number is called is not known before the answer.
    sent: (contacts: Contact[]) => ({
      more_phones: contacts.map(({ label, value }) => ({ label, phone: value })),
    }),
    field: furtherFields.more_phones,
    first: customerFields.phone,
    link: (record: Customer, at: number) => record.more_phone_links[at] ?? undefined,
    type: 'tel',
  },
} as const
type Kind = (typeof kinds)[keyof typeof kinds]

/** The emails and phones of a customer besides the first ones, each edited in place. */
export function FurtherContacts({ customer, canEdit }: { customer: Customer; canEdit: boolean }) {
  return (
    <div className="mt-3 flex flex-col gap-3">
      <Contacts kind={kinds.email} customer={customer} canEdit={canEdit} />
      <Contacts kind={kinds.phone} customer={customer} canEdit={canEdit} />
    </div>
  )
}

/** The place of a contact, the customer as it was when it was opened, and what was typed there before, if it was refused. */
interface Place {
  at: number
  opened: Customer
  typed?: Contact
}

/** What is done with the contacts of one kind. */
function useContacts(kind: Kind, customer: Customer) {
  /** The place that is being edited, and the customer as it was then. */
  const [editing, setEditing] = useState<Place>()
  /** What was saved last, to be typed on if it is refused. */
  const [tried, setTried] = useState<Place>()
  const add = useRef<HTMLButtonElement>(null)
  const edits = useEdits(customerSource)
  const contacts = kind.list(customer)
  const discard = () => edits.forgive(customer.id, kind.field.name)
  const close = () => {
    setEditing(undefined)
    requestAnimationFrame(() => add.current?.focus())
  }
  const editAgain = ({ at, opened, typed }: Place) => {
    discard()
    // Others may have changed the list since: then it is a further one, and replaces nobody's.
    const same = kind.list(opened)[at]?.value === contacts[at]?.value
    setEditing({ at: same ? at : contacts.length, opened: customer, typed })
  }
  return {
    add,
    contacts,
    editing,
    close,
    discard,
    refusal: edits.refusals.get(refusalKey(customer.id, kind.field.name)),
    editAgain: tried?.opened.id === customer.id ? () => editAgain(tried) : undefined,
    edit: (at: number) => setEditing({ at, opened: customer }),
    done: ({ at, opened }: Place, typed: Contact) => {
      close()
      const changed = kind.list(opened)
      changed[at] = typed
      setTried({ at, opened, typed })
      save(kind, opened, changed, typed.value)
    },
    remove: (at: number) => {
      setTried(undefined)
      save(kind, customer, contacts.toSpliced(at, 1), `Without ${contacts[at]?.value}`)
      add.current?.focus()
    },
    makeFirst: (at: number) => {
      setTried(undefined)
      makeFirst(kind, customer, at)
    },
  }
}

function Contacts({ kind, customer, canEdit }: { kind: Kind; customer: Customer; canEdit: boolean }) {
  const { contacts, editing, refusal, ...does } = useContacts(kind, customer)
  if (contacts.length === 0 && !canEdit) return null
  const rows = contacts.map((contact, at) => (
    <ContactRow
      key={contact.value}
      {...{ kind, contact, canEdit }}
      href={kind.link(customer, at)}
      onEdit={() => does.edit(at)}
      onRemove={() => does.remove(at)}
      onMakeFirst={() => does.makeFirst(at)}
    />
  ))
  // One place on the page as long as it is open, whatever comes meanwhile.
  const editor = editing && (
    <ContactEditor
      key="editor"
      kind={kind}
      contact={kind.list(editing.opened)[editing.at] ?? { label: LABELS[0], value: '' }}
      typed={editing.typed}
      onCancel={does.close}
      onDone={(typed) => does.done(editing, typed)}
    />
  )
  return (
    <section aria-label={kind.field.label} className="flex flex-col gap-0.5">
      {editing && editor ? rows.toSpliced(editing.at, 1, editor) : rows}
      {refusal && !editing && <Refused refusal={refusal} onEdit={does.editAgain} onDiscard={does.discard} />}
      {canEdit && contacts.length < FURTHER_MAX && !(editing && editing.at >= contacts.length) && (
        <Button
          ref={does.add}
          look="quiet"
          icon={Plus}
          className="self-start"
          onClick={() => does.edit(contacts.length)}
        >
          Add {kind.one}
        </Button>
      )}
    </section>
  )
}

/** A list that was not saved: what was typed into it, and why. */
function Refused(props: { refusal: Refusal; onEdit: (() => void) | undefined; onDiscard: () => void }) {
  return (
    <div className="px-2 py-1">
      <p dir="auto" className="wrap-anywhere text-danger">
        {props.refusal.text}
      </p>
      <RefusalNote {...props} />
    </div>
  )
}

/** `text` is what is kept if it is refused. */
function save(kind: Kind, opened: Customer, changed: Contact[], text: string): void {
  const sent = kind.sent(changed)
  void saveChange(customerSource, { opened, change: { field: kind.field, shown: sent, sent }, text })
}

/** The chosen one and the first one change places. */
function makeFirst(kind: Kind, customer: Customer, at: number): void {
  const contacts = kind.list(customer)
  const chosen = contacts[at]
  const before = customer[kind.first.name]
  if (!chosen) return
  const others = before
    ? contacts.with(at, { label: chosen.label, value: before })
    : contacts.toSpliced(at, 1)
  const sent = kind.sent(others)
  const first = { [kind.first.name]: chosen.value }
  void patchTogether(customerSource, {
    opened: customer,
    changes: [
      {
        change: { field: kind.first, shown: { ...first, phone_link: null }, sent: first },
        text: chosen.value,
      },
      { change: { field: kind.field, shown: sent, sent }, text: chosen.value },
    ],
  })
}

interface ContactRowProps {
  kind: Kind
  contact: Contact
  href: string | undefined
  canEdit: boolean
  onEdit: () => void
  onRemove: () => void
  onMakeFirst: () => void
}

function ContactRow({ kind, contact, href, canEdit, onEdit, onRemove, onMakeFirst }: ContactRowProps) {
  const { label, value } = contact
  return (
    <div className="grid min-h-8 grid-cols-[96px_1fr] items-start">
      <span className="truncate py-1.5 text-muted" title={label}>
        {label}
      </span>
      <div className="flex min-w-0 items-start">
        {href ? (
          <a
            href={href}
            className="min-w-0 flex-1 rounded-control px-2 py-1.5 wrap-anywhere text-accent hover:underline"
          >
            {value}
          </a>
        ) : (
          <span className="min-w-0 flex-1 px-2 py-1.5 wrap-anywhere">{value}</span>
        )}
        {canEdit && (
          <div className="mt-0.5 flex">
            <IconButton
              small
              icon={ArrowUp}
              label={`Make ${value} the first ${kind.one}`}
              onClick={onMakeFirst}
            />
            <IconButton small icon={Pencil} label={`Edit ${value}`} onClick={onEdit} />
            <IconButton small icon={Trash2} label={`Remove ${value}`} onClick={onRemove} />
          </div>
        )}
      </div>
    </div>
  )
}

interface ContactEditorProps {
  kind: Kind
  contact: Contact
  typed: Contact | undefined
  onDone: (contact: Contact) => void
  onCancel: () => void
}

/** Enter saves what was typed, Esc takes it back; an empty value is no contact. */
function ContactEditor({ kind, contact, typed = contact, onDone, onCancel }: ContactEditorProps) {
  const [label, setLabel] = useState(typed.label)
  const [value, setValue] = useState(typed.value)
  const labels = useId()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])
  useUnsaved(() => label !== contact.label || value !== contact.value)
  const done = () => {
    const now = { label: label.trim() || 'other', value: value.trim() }
    if (now.value === '' || (now.label === contact.label && now.value === contact.value)) onCancel()
    else onDone(now)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // An input method takes both keys for itself while it composes.
    if (isComposing(event.nativeEvent)) return
    if (event.key === 'Escape') {
      event.stopPropagation()
      onCancel()
    } else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
      event.preventDefault()
      done()
    }
  }
  return (
    <fieldset
      aria-label={contact.value ? `Edit ${contact.value}` : `Add ${kind.one}`}
      className="flex flex-col gap-1 py-1"
      onKeyDown={onKeyDown}
    >
      <div className="grid grid-cols-[96px_1fr] gap-1">
        <Input
          aria-label="Label"
          list={labels}
          maxLength={30}
          value={label}
          onChange={(event) => setLabel(event.target.value)}
        />
        <datalist id={labels}>
          {LABELS.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <Input
          ref={input}
          aria-label={kind.one === 'email' ? 'Email address' : 'Phone number'}
          inputMode={kind.type}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
      </div>
      <div className="flex gap-1">
        <Button onClick={done}>Save {kind.one}</Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </fieldset>
  )
}
