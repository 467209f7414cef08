import type { ComponentType, ReactNode } from 'react'
import type { Api, Response } from '../../../server/src/api.ts'
import type { ListPage } from '../../../server/src/lists/schema.ts'
import type { Permission } from '../../../server/src/vocabulary.ts'
import { call } from '../call.ts'
import type { AnyRecord } from '../fields/field.ts'
import type { Column } from '../grid/column.tsx'
import type { RecordSource } from '../rows/record-source.ts'
import type { Paging } from '../rows/row-store.ts'
import type { FilterField } from './filters.ts'

/** Parameters of any list route; the filters among them are those that the definition names. */
export type ListRequest = Paging & { sort?: string; fields?: string; q?: string } & Record<
    string,
    string | number | undefined
  >

/** The routes that answer with pages of a list. */
export type ListRoute = {
  [K in keyof Api & `GET ${string}`]: Response<K> extends ListPage<AnyRecord> ? K : never
}[keyof Api & `GET ${string}`]

/** Asks for a page of any list. */
export function loadRows<Row>(
  route: ListRoute,
  query: ListRequest,
  signal: AbortSignal,
): Promise<ListPage<Row>> {
  // Filters are those of the list's definition, and rows have the fields that its columns name.
  const ask = call as (route: ListRoute, options: object) => Promise<unknown>
  return ask(route, { query, signal }) as Promise<ListPage<Row>> // See above.
}

/** Everything that the list of one object needs. */
export interface ListDefinition<Row extends AnyRecord> {
  source: RecordSource<Row>
  title: string
  /** The first column names the record and stays at the left. */
  columns: Column<Row>[]
  filters: FilterField[]
  /** Sort without one in the URL: "-created_at". */
  defaultSort: string
  route: ListRoute
  /** Below 768 px a row is two lines: the first column, and this. */
  secondLine: { fields: (keyof Row & string)[]; text: (row: Row) => string }
  /** Ends such a row, where initials would say nothing; reads fields of the second line. */
  mark?: (row: Row) => ReactNode
  /** Opens the dialog or the page that creates one. */
  create?: { label: string; open: (navigate: (href: string) => Promise<void>) => Promise<unknown> }
  /** Said when there are no records at all. */
  emptySentence: string
  /** A second way out of an empty list, for those who may. */
  emptyLink?: { label: string; href: string; permission: Permission }
  /** Stands under an empty list; shows itself only to those who may take it. */
  emptyOffer?: ComponentType
}
