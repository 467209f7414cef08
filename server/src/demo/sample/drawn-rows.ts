import type { Cell } from '../../db/copy.ts'
import type { DemoWorkspace } from '../load/workspace.ts'
import type { TableRows } from '../rows/rows.ts'

/** A row of one of the demo's tables, by its columns. */
export type DrawnRow = Readonly<Record<string, Cell>>

/** The rows of a table with their columns. */
export function* rowsOf({ columns, rows }: TableRows, workspace: DemoWorkspace): Generator<DrawnRow> {
  for (const row of rows(workspace)) {
    yield Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))
  }
}

/** How the sample company writes its ids, "CU-007"; null for nobody. */
export const ids = {
  representative: coded('SR', 1),
  company: coded('CO', 2),
  customer: coded('CU', 3),
  interaction: coded('IN', 3),
}

function coded(prefix: string, digits: number): (id: Cell | undefined) => string | null {
  return (id) => (id === null || id === undefined ? null : `${prefix}-${String(id).padStart(digits, '0')}`)
}
