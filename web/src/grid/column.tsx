import type { ReactNode } from 'react'
import { type AnyRecord, optionOf, type RecordField, textOf } from '../fields/field.ts'
import { Tag } from '../ui/tag.tsx'
import { TrashMark } from '../ui/trash-mark.tsx'

export interface Column<Row> {
  key: string
  title: string
  /** Width in px until the person chooses another. */
  width: number
  align?: 'end'
  /** Names of the fields that the API must send for it. */
  fields: (keyof Row & string)[]
  /** Name of the sort in the API, if the list can be sorted by it. */
  sort?: string
  /** Not shown until chosen. */
  hidden?: boolean
  /** What is edited in the cell; without it Enter opens the record. */
  field?: RecordField<Row>
  /** Plain elements only: a component with state in every cell would cost the scrolling dear. */
  render: (row: Row) => ReactNode
}

type ColumnChoices<Row> = Partial<Pick<Column<Row>, 'width' | 'sort' | 'hidden' | 'render'>> & {
  /** Further fields that `render` reads. */
  needs?: (keyof Row & string)[]
}

const numeric: RecordField<unknown>['kind'][] = ['number', 'money']
const DEFAULT_WIDTH_PX = 150

/** The column of a field; edits go through the field's own editor. */
export function columnOf<Row extends AnyRecord>(
  field: RecordField<Row>,
  { needs = [], ...choices }: ColumnChoices<Row> = {},
): Column<Row> {
  const fields = [field.name, field.nameField, field.trashField, field.currencyField, ...needs].filter(
    (name) => name !== undefined,
  )
  return {
    key: field.name,
    title: field.label,
    width: DEFAULT_WIDTH_PX,
    align: numeric.includes(field.kind) ? 'end' : undefined,
    fields,
    field,
    render: (row) => renderValue(field, row),
    ...choices,
  }
}

/** A value in a cell or on a record page: tags for choices, a mark for what is in the trash, text for the rest. */
export function renderValue<Row>(field: RecordField<Row>, row: Row): ReactNode {
  if (field.kind === 'choice' || field.kind === 'boolean') {
    const option = optionOf(field, row)
    return option && <Tag option={option} />
  }
  const text = textOf(field, row)
  if (text === '' || !field.trashField || row[field.trashField] !== true) return text
  return (
    <span className="flex items-baseline gap-1.5">
      <span dir="auto" className="truncate">
        {text}
      </span>
      <TrashMark />
    </span>
  )
}

export function isEditable<Row>(column: Column<Row> | undefined): boolean {
  return column?.field !== undefined && !column.field.readOnly
}
