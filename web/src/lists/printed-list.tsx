import type { Total } from '../../../server/src/lists/schema.ts'
import { formatCount } from '../format.ts'
import type { Column } from '../grid/column.tsx'
import { SheetHeading } from '../ui/print-sheet.tsx'

interface PrintedListProps<Row> {
  title: string
  many: string
  workspace: string
  /** What the list is narrowed and sorted by. */
  words: string[]
  columns: Column<Row>[]
  rows: Row[]
  /** There are more than these rows. */
  more: boolean
  total: Total | undefined
}

/** Columns that fit on a page that stands upright. */
const UPRIGHT_COLUMNS_MAX = 5

/** A list on paper: a plain table that the browser can break over pages. */
export function PrintedList<Row extends { id: number }>(props: PrintedListProps<Row>) {
  const { title, many, workspace, words, columns, rows, more, total } = props
  const width = columns.reduce((sum, column) => sum + column.width, 0)
  return (
    <section className={columns.length > UPRIGHT_COLUMNS_MAX ? 'sheet-across' : undefined}>
      <SheetHeading title={title} workspace={workspace}>
        <p>{words.join(' · ')}</p>
        <p>
          {more
            ? `The first ${formatCount(rows.length)}${ofTotal(total, rows.length)} ${many}. Narrow the list to print the rest.`
            : `${formatCount(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`}
        </p>
      </SheetHeading>
      <table className="sheet-list">
        <colgroup>
          {columns.map((column) => (
            <col key={column.key} style={{ width: `${(100 * column.width) / width}%` }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.align}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {columns.map((column) => (
                <td key={column.key} dir={column.align ? undefined : 'auto'} className={column.align}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function ofTotal(total: Total | undefined, printed: number): string {
  if (!total) return ''
  if (!total.exact) return ` of more than ${formatCount(Math.max(total.count, printed))}`
  // Rows have been added since they were counted.
  return total.count > printed ? ` of ${formatCount(total.count)}` : ''
}
