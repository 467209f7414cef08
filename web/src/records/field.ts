import type { Currency } from '../../../server/src/vocabulary.ts'
import { formatCalendarDay, formatDay, formatDecimal, formatMoney } from '../format.ts'
import type { OptionSource } from '../ui/picker.tsx'
import type { Option } from '../vocabulary.ts'

/** What every record has. */
export interface AnyRecord {
  id: number
  version: number
}

/**
 * A field of a record: written once, it gives the list its column and editor, the record page its row, and
 * conflicts their words.
 */
export interface RecordField<Row> {
  name: keyof Row & string
  label: string
  kind:
    | 'text'
    | 'email'
    | 'phone'
    | 'long_text'
    | 'number'
    | 'money'
    | 'day'
    | 'moment'
    | 'choice'
    | 'boolean'
    | 'record'
  /** Empty is sent as null; other fields send an empty text. */
  nullable?: boolean
  readOnly?: boolean
  /** choice: the values. record: a search. */
  options?: OptionSource
  /** record: the field that holds the other record's name. */
  nameField?: keyof Row & string
  /** record: where its page is. */
  path?: (id: number) => string
  /** money: the field that holds its currency. */
  currencyField?: keyof Row & string
}

/** An edit: what the row shows at once, and what the API is sent. */
export interface FieldChange<Row> {
  field: RecordField<Row>
  shown: Partial<Row>
  sent: Record<string, unknown>
}

const YES: Option = { value: 'true', label: 'Yes', hue: 145 }
const NO: Option = { value: 'false', label: 'No', hue: 25 }

/** The values of a field that is edited by choosing; undefined for those that are typed. */
export function optionsOf<Row>(field: RecordField<Row>): OptionSource | undefined {
  return field.kind === 'boolean' ? [YES, NO] : field.options
}

/** The chosen value of a field that is edited by choosing. */
export function optionOf<Row>(field: RecordField<Row>, row: Row): Option | null {
  const value = row[field.name]
  if (value === null || value === undefined) return null
  if (field.kind === 'boolean') return value ? YES : NO
  if (field.nameField) return { value: String(value), label: String(row[field.nameField] ?? `#${value}`) }
  const known = Array.isArray(field.options)
    ? field.options.find((option: Option) => option.value === value)
    : undefined
  return known ?? { value: String(value), label: String(value) }
}

/** The value as people read it; empty if there is none. */
export function textOf<Row>(field: RecordField<Row>, row: Row): string {
  const value = row[field.name]
  if (value === null || value === undefined || value === '') return ''
  switch (field.kind) {
    case 'day':
      return formatCalendarDay(String(value))
    case 'moment':
      return formatDay(String(value))
    case 'number':
      return formatDecimal(String(value))
    case 'money': {
      const currency = field.currencyField && row[field.currencyField]
      // A currency field holds one of the API's currencies.
      return currency ? formatMoney(String(value), currency as Currency) : formatDecimal(String(value))
    }
    case 'choice':
    case 'boolean':
    case 'record':
      return optionOf(field, row)?.label ?? ''
    default:
      return String(value)
  }
}

/** The value as it is typed. */
export function typedOf<Row>(field: RecordField<Row>, row: Row): string {
  const value = row[field.name]
  return value === null || value === undefined ? '' : String(value)
}

/** What typing `text` into a field changes; undefined if nothing. */
export function changeByText<Row>(
  field: RecordField<Row>,
  row: Row,
  text: string,
): FieldChange<Row> | undefined {
  const trimmed = field.kind === 'long_text' ? text.trimEnd() : text.trim()
  if (trimmed === typedOf(field, row)) return undefined
  const value = trimmed === '' && field.nullable ? null : field.kind === 'number' ? Number(trimmed) : trimmed
  // The value has the field's own kind.
  return { field, shown: { [field.name]: value } as Partial<Row>, sent: { [field.name]: value } }
}

/** What choosing an option changes; undefined if nothing. */
export function changeByOption<Row>(
  field: RecordField<Row>,
  row: Row,
  option: Option | null,
): FieldChange<Row> | undefined {
  if ((optionOf(field, row)?.value ?? null) === (option?.value ?? null)) return undefined
  const value = option === null ? null : valueOfOption(field, option)
  const name = field.nameField && { [field.nameField]: option?.label ?? null }
  // The value has the field's own kind, and the name is a text.
  return { field, shown: { [field.name]: value, ...name } as Partial<Row>, sent: { [field.name]: value } }
}

function valueOfOption<Row>(field: RecordField<Row>, option: Option): unknown {
  if (field.kind === 'boolean') return option === YES
  // Ids of records are numbers; members are known by text.
  return field.kind === 'record' && /^\d+$/.test(option.value) ? Number(option.value) : option.value
}

/** The change that brings the row's present value of a field back. */
export function changeBack<Row>(field: RecordField<Row>, row: Row): FieldChange<Row> {
  const shown = {
    [field.name]: row[field.name],
    ...(field.nameField && { [field.nameField]: row[field.nameField] }),
  }
  return { field, shown: shown as Partial<Row>, sent: { [field.name]: row[field.name] } } // The names are fields of the row.
}
