import type { AnyRecord } from '../fields/field.ts'
import { recordName } from '../fields/record-options.ts'
import type { Column } from '../grid/column.tsx'
import type { RowStore } from '../rows/row-store.ts'
import { whoIsHere } from '../session/session.ts'
import { ask } from '../ui/ask.tsx'
import { lazyDialog } from '../ui/lazy-dialog.tsx'
import { printSheet } from '../ui/print-sheet.tsx'
import { toast } from '../ui/toast.ts'
import { valueWords } from './filter-words.ts'
import { type Filter, operatorLabel, valuesOf } from './filters.ts'
import type { ListDefinition } from './list-definition.ts'
import { PrintedList } from './printed-list.tsx'
import type { ListState } from './use-list-state.ts'

/** The most rows on paper: some fifty pages. */
const PRINTED_MAX = 2_000
/** Records that a filter names one by one. */
const NAMED_MAX = 10

const PrintListDialog = lazyDialog(() => import('./print-list-dialog.tsx'))

export interface ListToPrint<Row extends AnyRecord> {
  definition: ListDefinition<Row>
  /** Those that are shown, in their order. */
  columns: Column<Row>[]
  state: Pick<ListState, 'q' | 'sort' | 'filters'>
  /** Answers the question that `state` asks. */
  store: RowStore<Row>
}

interface Fetched<Row> {
  rows: Row[]
  more: boolean
  /** What the list is narrowed and sorted by, in words. */
  words: string[]
}

let printing = false

/** Fetches all rows of a list, up to a limit, and prints them; nothing is printed of a list that did not come whole. */
export async function printList<Row extends AnyRecord>(list: ListToPrint<Row>): Promise<void> {
  // Ctrl-P may be held down.
  if (printing) return
  printing = true
  try {
    const fetched = await ask<Fetched<Row> | undefined>((answer) => (
      <PrintListDialog
        what={list.definition.source.many}
        max={PRINTED_MAX}
        // The dialog hands on what its own fetch gave.
        fetch={(signal, onCount) => fetchAll(list, signal, onCount)}
        onDone={(result) => answer(result as Fetched<Row> | undefined)} // See fetch above.
      />
    ))
    if (fetched) await printFetched(list, fetched)
  } finally {
    printing = false
  }
}

async function fetchAll<Row extends AnyRecord>(
  { state, store, definition }: ListToPrint<Row>,
  signal: AbortSignal,
  onCount: (rows: number) => void,
): Promise<Fetched<Row>> {
  const zone = whoIsHere()?.workspace.time_zone ?? 'UTC'
  const words = await Promise.all(state.filters.map((filter) => filterWords(filter, zone)))
  if (state.q) words.push(`Search: “${state.q}”`)
  words.push(sortWords(state.sort, definition.columns))
  return { ...(await store.firstRows(PRINTED_MAX, signal, onCount)), words }
}

async function filterWords(filter: Filter, zone: string): Promise<string> {
  const { field, operator } = filter
  const { record } = field
  const ids = record && operator !== 'empty' ? valuesOf(filter).slice(0, NAMED_MAX) : []
  const names = await Promise.all(ids.map((id) => (record ? recordName(record, id) : id)))
  return `${field.label} ${operatorLabel(field, operator)}: ${valueWords(filter, zone, names)}`
}

function sortWords<Row>(sort: string, columns: Column<Row>[]): string {
  const name = sort.replace(/^-/, '')
  const title = columns.find((column) => column.sort === name)?.title ?? name
  return `Sorted by ${title.toLowerCase()}, ${sort.startsWith('-') ? 'descending' : 'ascending'}`
}

async function printFetched<Row extends AnyRecord>(
  { definition, columns, store }: ListToPrint<Row>,
  { rows, more, words }: Fetched<Row>,
): Promise<void> {
  const { title, source } = definition
  if (rows.length === 0) return toast(`There are no ${source.many} here to print.`)
  await printSheet(
    title,
    <PrintedList
      title={title}
      many={source.many}
      workspace={whoIsHere()?.workspace.name ?? ''}
      words={words}
      columns={columns}
      rows={rows}
      more={more}
      total={store.total}
    />,
  )
}
