import type { AnyRecord } from '../fields/field.ts'
import type { RecordSource } from '../rows/record-source.ts'
import { Avatar } from '../ui/avatar.tsx'

/**
 * A link in a cell of a grid. It is a plain element: the grid itself follows it without loading the page, and
 * fetches its target ahead.
 */
export function cellLink(href: string, text: string) {
  return (
    <a href={href} tabIndex={-1} dir="auto" className="truncate hover:underline">
      {text}
    </a>
  )
}

/** The first cell of a row: avatar, and the name that opens the record. */
export function nameCell<Row extends AnyRecord>(source: RecordSource<Row>, row: Row) {
  const name = source.nameOf(row)
  return (
    <span className="flex h-full items-center gap-2">
      <Avatar name={name} />
      {cellLink(source.path(row.id), name)}
    </span>
  )
}
