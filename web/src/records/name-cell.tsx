import { Avatar } from '../ui/avatar.tsx'
import { Link } from '../ui/link.tsx'
import type { AnyRecord } from './field.ts'
import type { RecordSource } from './record-source.ts'

/** The first cell of a row: avatar, and the name that opens the record. */
export function nameCell<Row extends AnyRecord>(source: RecordSource<Row>, row: Row) {
  const name = source.nameOf(row)
  return (
    <span className="flex h-full items-center gap-2">
      <Avatar name={name} />
      <Link href={source.path(row.id)} tabIndex={-1} data-open className="truncate hover:underline">
        {name}
      </Link>
    </span>
  )
}
