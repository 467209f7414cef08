import { ListFilter, X } from 'lucide-react'
import { useState } from 'react'
import { dayOf, isDay, isMoment } from '../../../server/src/days.ts'
import { formatCalendarDay, formatMoment } from '../format.ts'
import { recordSearch, useRecordName } from '../records/record-options.ts'
import { useMe } from '../session/session.ts'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/input.tsx'
import { useShortcuts } from '../ui/keys.ts'
import { Menu } from '../ui/menu.tsx'
import { Picker } from '../ui/picker.tsx'
import { labelOf, type Option } from '../vocabulary.ts'
import {
  dayMeant,
  type Filter,
  type FilterField,
  filterKey,
  type Operator,
  operatorLabel,
  operatorsOf,
} from './filters.ts'
import { focusRows } from './focus-rows.ts'

const YES_NO: Option[] = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
]

interface FilterBarProps {
  fields: FilterField[]
  filters: Filter[]
  onChange: (filters: Filter[]) => void
}

/** The filters of a list as chips, and the way to add one. */
export function FilterBar({ fields, filters, onChange }: FilterBarProps) {
  const [choosing, setChoosing] = useState(false)
  const [draft, setDraft] = useState<Filter>()
  useShortcuts([{ keys: 'f', label: 'Filter', group: 'List', run: () => setChoosing(true) }])
  const add = (name: string | undefined) => {
    setChoosing(false)
    const field = fields.find((known) => known.name === name)
    const operator = field && operatorsOf(field)[0]
    if (field && operator) setDraft({ field, operator, value: field.kind === 'boolean' ? 'true' : '' })
  }
  const keep = (changed: Filter) => {
    if (changed.value === '') return setDraft(changed)
    setDraft(undefined)
    const key = filterKey(changed)
    onChange([...filters.filter((other) => filterKey(other) !== key), changed])
  }
  return (
    <>
      {filters.map((filter) => {
        const others = filters.filter((other) => other !== filter)
        return (
          <FilterChip
            key={filterKey(filter)}
            filter={filter}
            onChange={(changed) =>
              onChange(changed.value === '' ? others : filters.with(filters.indexOf(filter), changed))
            }
            onRemove={() => onChange(others)}
          />
        )
      })}
      {draft && <FilterChip filter={draft} isNew onChange={keep} onRemove={() => setDraft(undefined)} />}
      {choosing ? (
        <div className="w-44">
          <Picker
            aria-label="Field to filter by"
            placeholder="Filter by…"
            autoFocus
            initialText=""
            value={null}
            options={fields.map(({ name, label }) => ({ value: name, label }))}
            onChange={(option) => add(option?.value)}
            onBlur={() => setChoosing(false)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return
              setChoosing(false)
              focusRows()
            }}
            className="h-7!"
          />
        </div>
      ) : (
        <Button look="quiet" icon={ListFilter} onClick={() => setChoosing(true)}>
          Filter
        </Button>
      )}
    </>
  )
}

interface FilterChipProps {
  filter: Filter
  isNew?: boolean
  /** An empty value takes the filter away. */
  onChange: (filter: Filter) => void
  onRemove: () => void
}

function FilterChip({ filter, isNew = false, onChange, onRemove }: FilterChipProps) {
  const [editing, setEditing] = useState(isNew)
  const { field, operator } = filter
  const setOperator = (next: Operator) => {
    const keeps = (next === 'empty') === (operator === 'empty')
    onChange({ field, operator: next, value: next === 'empty' ? 'true' : keeps ? filter.value : '' })
    if (!keeps && next !== 'empty') setEditing(true)
  }
  const segment = 'flex h-full items-center px-2 hover:bg-hover'
  return (
    <fieldset
      aria-label={`Filter: ${field.label}`}
      className="flex h-7 flex-none items-center divide-x divide-line overflow-hidden rounded-control border border-line focus-within:border-accent"
    >
      <span className="px-2 text-muted">{field.label}</span>
      <Menu
        entries={operatorsOf(field).map((other) => ({
          label: operatorLabel(field, other),
          checked: other === operator,
          run: () => setOperator(other),
        }))}
      >
        {(trigger) => (
          <button type="button" {...trigger} className={`${segment} text-muted`}>
            {operatorLabel(field, operator)}
          </button>
        )}
      </Menu>
      {editing && operator !== 'empty' ? (
        <ValueInput
          filter={filter}
          onDone={(value) => {
            setEditing(false)
            focusRows()
            if (value !== filter.value) onChange({ ...filter, value })
            else if (isNew) onRemove()
          }}
        />
      ) : (
        <button type="button" className={`${segment} font-medium`} onClick={() => setEditing(true)}>
          <ShownValue filter={filter} />
        </button>
      )}
      <button
        type="button"
        aria-label={`Remove the filter on ${field.label}`}
        className={`${segment} text-muted`}
        onClick={onRemove}
      >
        <X size={12} aria-hidden />
      </button>
    </fieldset>
  )
}

function ShownValue({ filter }: { filter: Filter }) {
  const { field, operator, value } = filter
  const zone = useMe().workspace.time_zone
  const name = useRecordName(operator === 'empty' ? undefined : field.record, value.split(',')[0] ?? '')
  if (operator === 'empty') return value === 'true' ? 'yes' : 'no'
  if (value === '') return '…'
  const values = value.split(',')
  if (field.record) return `${name ?? '…'}${values.length > 1 ? ` and ${values.length - 1} more` : ''}`
  if (field.kind === 'boolean') return labelOf(YES_NO, value)
  if ((field.kind === 'date' || field.kind === 'time') && isDay(value)) return formatCalendarDay(value)
  if (field.kind === 'time' && isMoment(value)) {
    const day = dayMeant(filter, zone)
    return day ? formatCalendarDay(day) : formatMoment(value)
  }
  return field.options ? values.map((each) => labelOf(field.options ?? [], each)).join(', ') : value
}

function ValueInput({ filter, onDone }: { filter: Filter; onDone: (value: string) => void }) {
  const { field, operator, value } = filter
  const timeZone = useMe().workspace.time_zone
  const look = 'h-7! w-40 rounded-none border-none outline-none!'
  const options = optionsFor(field)
  if (options) {
    return (
      <Picker
        aria-label={`${field.label} to filter by`}
        autoFocus
        initialText=""
        value={null}
        options={options}
        placeholder="Choose…"
        className={look}
        onChange={(option) => {
          const chosen = option?.value ?? ''
          onDone(operator === 'in' && value ? toggled(value, chosen) : chosen)
        }}
        onBlur={() => onDone(value)}
        onKeyDown={(event) => event.key === 'Escape' && onDone(value)}
      />
    )
  }
  const dated = field.kind === 'date' || field.kind === 'time'
  // A moment in the address is shown as its day; while that stays, so does the moment.
  const shown = field.kind === 'time' && isMoment(value) ? dayOf(value, timeZone) : value
  const typed = (text: string) => (text === shown ? value : text.trim())
  return (
    <Input
      aria-label={`${field.label} to filter by`}
      type={dated ? 'date' : 'text'}
      inputMode={field.kind === 'number' ? 'decimal' : undefined}
      autoFocus
      defaultValue={shown}
      className={look}
      onBlur={(event) => onDone(typed(event.target.value))}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onDone(typed(event.currentTarget.value))
        if (event.key === 'Escape') onDone(value)
      }}
    />
  )
}

function optionsFor(field: FilterField) {
  if (field.record) return recordSearch[field.record]
  return field.kind === 'boolean' ? YES_NO : field.options
}

/** `in` holds several values: choosing one again takes it out. */
function toggled(list: string, value: string): string {
  const values = list.split(',')
  return (values.includes(value) ? values.filter((each) => each !== value) : [...values, value]).join(',')
}
