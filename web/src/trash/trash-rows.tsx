import { RotateCcw, Trash2 } from 'lucide-react'
import type { Response } from '../../../server/src/api.ts'
import { formatMoment } from '../format.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { joined } from '../ui/joined.ts'
import { Link } from '../ui/link.tsx'
import { useWide } from '../ui/use-media.ts'
import type { TrashKind } from './kinds.ts'

export type TrashEntry = Response<'GET /api/trash/:kind'>['items'][number]

interface TrashRowsProps {
  kind: TrashKind
  entries: TrashEntry[]
  selected: ReadonlySet<number>
  onSelect: (ids: ReadonlySet<number>) => void
  /** Left out where the person may not. */
  onRestore?: (entry: TrashEntry) => Promise<unknown>
  onPurge?: (entry: TrashEntry) => Promise<unknown>
}

/** Deleted records of one kind, each with who deleted it and when. */
export function TrashRows({ kind, entries, selected, onSelect, ...actions }: TrashRowsProps) {
  const canAct = actions.onRestore !== undefined || actions.onPurge !== undefined
  const all = entries.every(({ id }) => selected.has(id))
  const toggle = (id: number) => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    onSelect(next)
  }
  return (
    <table className="w-full border-collapse" aria-label={`Deleted ${kind.many}`}>
      <thead className="sticky top-0 z-[1] bg-bg">
        <tr className="h-9 text-left text-label text-muted shadow-[inset_0_-1px_var(--color-line)]">
          {canAct && (
            <th className="w-10 pl-4 font-medium">
              <input
                type="checkbox"
                aria-label="Select all shown"
                checked={all}
                onChange={() => onSelect(new Set(all ? [] : entries.map(({ id }) => id)))}
              />
            </th>
          )}
          <th className="px-2.5 font-medium">Name</th>
          <th className="hidden px-2.5 font-medium wide:table-cell">Deleted by</th>
          <th className="hidden px-2.5 font-medium wide:table-cell">Deleted</th>
          {canAct && (
            <th className="pr-4">
              <span className="sr-only">Actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id} className="h-11 border-b border-line hover:bg-hover wide:h-9">
            {canAct && (
              <td className="pl-4">
                <input
                  type="checkbox"
                  aria-label={`Select ${entry.title || kind.one}`}
                  checked={selected.has(entry.id)}
                  onChange={() => toggle(entry.id)}
                />
              </td>
            )}
            <td className="w-full max-w-0 px-2.5 py-1">
              <Named kind={kind} entry={entry} />
            </td>
            <td className="hidden px-2.5 whitespace-nowrap wide:table-cell">
              {entry.deleted_by ?? <span className="text-muted">Unknown</span>}
            </td>
            <td className="hidden px-2.5 whitespace-nowrap tabular-nums wide:table-cell">
              {formatMoment(entry.deleted_at)}
            </td>
            {canAct && (
              <td className="w-px pr-4">
                <Actions kind={kind} entry={entry} {...actions} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Named({ kind, entry }: { kind: TrashKind; entry: TrashEntry }) {
  const { id, title, detail, deleted_at, deleted_by } = entry
  const name = title || `${kind.label} ${id}`
  return (
    <>
      <span className="flex min-w-0 items-baseline gap-2">
        {kind.path ? (
          <Link
            href={kind.path(id)}
            dir="auto"
            className="max-w-3/4 flex-none truncate font-medium hover:underline"
          >
            {name}
          </Link>
        ) : (
          <span dir="auto" className="max-w-3/4 flex-none truncate font-medium">
            {name}
          </span>
        )}
        {detail && detail !== title && (
          <span dir="auto" className="truncate text-muted">
            {detail}
          </span>
        )}
      </span>
      <span className="block truncate text-label text-muted wide:hidden">
        {joined([deleted_by, formatMoment(deleted_at)])}
      </span>
    </>
  )
}

type ActionsProps = Pick<TrashRowsProps, 'kind' | 'onRestore' | 'onPurge'> & { entry: TrashEntry }

function Actions({ kind, entry, onRestore, onPurge }: ActionsProps) {
  const wide = useWide()
  const name = entry.title || kind.one
  return (
    <span className="flex items-center justify-end gap-1">
      {onRestore &&
        (wide ? (
          <Button
            look="quiet"
            icon={RotateCcw}
            aria-label={`Restore ${name}`}
            onClick={() => void onRestore(entry)}
          >
            Restore
          </Button>
        ) : (
          <IconButton icon={RotateCcw} label={`Restore ${name}`} onClick={() => void onRestore(entry)} />
        ))}
      {onPurge && (
        <IconButton
          icon={Trash2}
          label={`Delete ${name} for good`}
          className="hover:text-danger"
          onClick={() => void onPurge(entry)}
        />
      )}
    </span>
  )
}
