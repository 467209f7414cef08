import { type RawBuilder, sql } from 'kysely'
import type { Scope } from './scope.ts'
import { type RecordTable, recordTables } from './vocabulary.ts'

/** Tables whose rows are a workspace's business. Every statement that names one carries a condition made in this file. */
export type BusinessTable = RecordTable | 'order_items'
export const businessTables: readonly BusinessTable[] = [...recordTables, 'order_items']

/** By this a test knows the conditions made here (test/specs/visible.test.ts). */
function mark(alias: string): string {
  return `/* visible ${alias} */`
}

/**
 * SQL: whether a row of `table`, called `alias` in the statement, is one that this person may see. Today everybody sees
 * everything of their workspace.
 */
export function visible(scope: Scope, table: BusinessTable, alias: string = table): RawBuilder<boolean> {
  return sql<boolean>`${sql.raw(alias)}.workspace_id = ${scope.workspaceId} ${sql.raw(mark(alias))}`
}

/** The same for a statement that is written by hand; its values are numbered from `first`. */
export function visibleText(
  scope: Scope,
  _table: BusinessTable,
  alias: string,
  first: number,
): { text: string; values: unknown[] } {
  return { text: `${alias}.workspace_id = $${first} ${mark(alias)}`, values: [scope.workspaceId] }
}

/**
 * SQL: whether the row called `alias` is the one that a visible row names, as in `named('c', 't.company_id')`. Whoever sees
 * a record sees what it calls the records that it names.
 */
export function named(alias: string, reference: string): string {
  const [holder] = reference.split('.')
  return `${alias}.workspace_id = ${holder}.workspace_id AND ${alias}.id = ${reference} ${mark(alias)}`
}

/** Those with the same class see the same rows: it is part of every key under which rows or figures of them are kept. */
export function rightsClass({ workspaceId }: Scope): string {
  return String(workspaceId)
}
