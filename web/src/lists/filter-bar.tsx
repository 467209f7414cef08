import { ListFilter } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { useShortcuts } from '../ui/keys.ts'
import { Picker } from '../ui/picker.tsx'
import { FilterChip } from './filter-chip.tsx'
import { type Filter, type FilterField, filterKey, operatorsOf } from './filters.ts'
import { focusRows } from './focus-rows.ts'

interface FilterBarProps {
  fields: FilterField[]
  filters: Filter[]
  /** Keys of filters that the server did not take. */
  refused: ReadonlySet<string>
  onChange: (filters: Filter[]) => void
}

/** A filter that has no value yet, and the key of the one whose place it takes when it has. */
interface Draft {
  filter: Filter
  replaces?: string
}

/** The filters of a list as chips, and the way to add one. */
export function FilterBar({ fields, filters, refused, onChange }: FilterBarProps) {
  const [choosing, setChoosing] = useState(false)
  const [draft, setDraft] = useState<Draft>()
  useShortcuts([{ keys: 'f', label: 'Filter', group: 'List', run: () => setChoosing(true) }])
  const add = (name: string | undefined) => {
    setChoosing(false)
    const field = fields.find((known) => known.name === name)
    const operator = field && operatorsOf(field)[0]
    if (field && operator) setDraft({ filter: { field, operator, value: '' } })
  }
  const keep = (changed: Filter, replaces?: string) => {
    setDraft(undefined)
    const key = filterKey(changed)
    const kept = filters.flatMap((other) => {
      if (filterKey(other) === replaces) return [changed]
      return filterKey(other) === key ? [] : [other]
    })
    onChange(kept.includes(changed) ? kept : [...kept, changed])
  }
  const remove = (key: string | undefined) => {
    setDraft(undefined)
    if (key !== undefined) onChange(filters.filter((other) => filterKey(other) !== key))
  }
  const draftChip = draft && (
    <FilterChip
      key="draft"
      filter={draft.filter}
      isDraft
      onChange={(changed) => keep(changed, draft.replaces)}
      onDraft={(filter) => setDraft({ ...draft, filter })}
      onCancel={() => setDraft(undefined)}
      onRemove={() => remove(draft.replaces)}
    />
  )
  return (
    <>
      {filters.map((filter, at) => {
        const key = filterKey(filter)
        const { name } = filter.field
        const before = filters.slice(0, at).filter(({ field }) => field.name === name).length
        if (draft?.replaces === key) return draftChip
        return (
          <FilterChip
            // Not by its operator: the chip stays the same one when that changes, and keeps the focus.
            key={`${name} ${before}`}
            filter={filter}
            refused={refused.has(key)}
            onChange={(changed) => keep(changed, key)}
            onDraft={(changed) => setDraft({ filter: changed, replaces: key })}
            onRemove={() => remove(key)}
          />
        )
      })}
      {draft?.replaces === undefined && draftChip}
      {choosing ? (
        <FieldPicker fields={fields} onChoose={add} onCancel={() => setChoosing(false)} />
      ) : (
        <Button look="quiet" icon={ListFilter} onClick={() => setChoosing(true)}>
          Filter
        </Button>
      )}
    </>
  )
}

interface FieldPickerProps {
  fields: FilterField[]
  onChoose: (name: string | undefined) => void
  onCancel: () => void
}

function FieldPicker({ fields, onChoose, onCancel }: FieldPickerProps) {
  return (
    <div className="w-44">
      <Picker
        aria-label="Field to filter by"
        placeholder="Filter by…"
        autoFocus
        initialText=""
        value={null}
        options={fields.map(({ name, label }) => ({ value: name, label }))}
        onChange={(option) => onChoose(option?.value)}
        onBlur={onCancel}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          onCancel()
          focusRows()
        }}
        className="h-7!"
      />
    </div>
  )
}
