import { useEffect, useState, useSyncExternalStore } from 'react'
import type { AnyRecord } from '../fields/field.ts'
import { type ColumnLayout, shownColumns } from '../grid/use-column-layout.ts'
import type { RowStore } from '../rows/row-store.ts'
import { storeFor } from '../rows/stores.ts'
import { filterKey } from './filters.ts'
import { type ListDefinition, loadRows } from './list-definition.ts'
import { type ListState, shownBy } from './use-list-state.ts'

/** The question that a list asks the API, without the page. */
function questionOf<Row extends AnyRecord>(
  definition: ListDefinition<Row>,
  state: Pick<ListState, 'q' | 'sort' | 'filters'>,
  columns: { fields: (keyof Row & string)[] }[],
): Record<string, string> {
  const names = [...columns.flatMap((column) => column.fields), ...definition.secondLine.fields]
  return {
    ...Object.fromEntries(state.filters.map((filter) => [filterKey(filter), filter.value])),
    ...(state.q && { q: state.q }),
    sort: state.sort,
    fields: [...new Set([...names, 'version'])].sort().join(','),
  }
}

function storeOf<Row extends AnyRecord>(
  definition: ListDefinition<Row>,
  state: Pick<ListState, 'q' | 'sort' | 'filters'>,
  columns: { fields: (keyof Row & string)[] }[],
): RowStore<Row> {
  const question = questionOf(definition, state, columns)
  return storeFor<Row>(definition.source.object, question, (paging, signal) =>
    loadRows<Row>(definition.route, { ...question, ...paging }, signal),
  )
}

/** Asks for the first rows of the list at an address, before its screen is there. */
export function preloadList<Row extends AnyRecord>(
  definition: ListDefinition<Row>,
  search: Record<string, string>,
): void {
  const state = shownBy(search, definition.filters, definition.defaultSort)
  storeOf(definition, state, shownColumns(definition.source.object, definition.columns)).begin()
}

export interface ShownList<Row extends AnyRecord> {
  store: RowStore<Row>
  /** The one that answers the present question, be it that its rows have not come yet. */
  wanted: RowStore<Row>
  /** True while the rows still answer the question before. */
  stale: boolean
}

/** The rows that answer the list's present question; those of the one before stay until the new ones have come. */
export function useListStore<Row extends AnyRecord>(
  definition: ListDefinition<Row>,
  state: ListState,
  layout: ColumnLayout<Row>,
): ShownList<Row> {
  const wanted = storeOf(definition, state, layout.shown)
  useSyncExternalStore(wanted.subscribe, wanted.revision)
  const [shown, setShown] = useState(wanted)
  useEffect(() => wanted.begin(), [wanted])
  const ready = wanted.ready || wanted.problem !== undefined
  if (ready && shown !== wanted) setShown(wanted)
  return { store: ready ? wanted : shown, wanted, stale: !ready && shown !== wanted }
}
