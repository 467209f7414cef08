import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { createElement, useState } from 'react'
import { call, toProblem } from '../call.ts'
import { formatCount } from '../format.ts'
import { BulkBar } from '../lists/bulk-bar.tsx'
import { SearchBox } from '../lists/search-box.tsx'
import { paths } from '../paths.ts'
import { refreshAfterTrash, restoreRecords } from '../rows/trash.ts'
import { useMay } from '../session/session.ts'
import { ask } from '../ui/ask.tsx'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { lazyDialog } from '../ui/lazy-dialog.tsx'
import { Link } from '../ui/link.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Screen, ScreenHeader } from '../ui/screen.tsx'
import { toast, toastProblem } from '../ui/toast.ts'
import { type TrashKind, trashKindNamed, trashKinds } from './kinds.ts'
import { type TrashEntry, TrashRows } from './trash-rows.tsx'

const Confirm = lazyDialog(() => import('../ui/confirm.tsx'))

const PAGE_SIZE = 50
const NAMED_MAX = 5

/** What was deleted, kind by kind, the last first: by whom and when, and the way back or out. */
export default function TrashScreen() {
  const router = useRouter()
  // The router parses the query into plain texts; see routes.tsx.
  const search: Record<string, string> = useSearch({ strict: false })
  const kind = trashKindNamed(search.kind)
  const q = search.q ?? ''
  const setQ = (typed: string) =>
    void router.navigate({
      href: paths.trash({ kind: kind.name, ...(typed && { q: typed }) }),
      replace: true,
    })
  return (
    <Screen title="Trash">
      <ScreenHeader title="Trash">
        <SearchBox label={`Search deleted ${kind.many}`} value={q} onChange={setQ} />
      </ScreenHeader>
      <Kinds current={kind} />
      <Deleted key={`${kind.name} ${q}`} kind={kind} q={q} onClear={() => setQ('')} />
    </Screen>
  )
}

function Kinds({ current }: { current: TrashKind }) {
  const { data } = useQuery({
    queryKey: ['trash', 'counts'],
    queryFn: ({ signal }) => call('GET /api/trash', { signal }),
  })
  return (
    <nav
      aria-label="Kinds of records"
      className="flex min-h-10 flex-none items-center gap-1 overflow-x-auto border-b border-line px-4 py-1.5 wide:px-3"
    >
      {trashKinds.map(({ name, label }) => {
        const counted = data?.items.find(({ kind }) => kind === name)
        return (
          <Link
            key={name}
            href={paths.trash({ kind: name })}
            aria-current={name === current.name ? 'page' : undefined}
            className={classes(
              'flex h-7 flex-none items-center gap-1.5 rounded-control px-2.5',
              name === current.name ? 'bg-hover font-medium' : 'text-muted hover:bg-hover hover:text-text',
            )}
          >
            {label}
            {counted && counted.count > 0 && (
              <span className="text-label text-muted tabular-nums">
                {formatCount(counted.count)}
                {counted.exact ? '' : '+'}
              </span>
            )}
          </Link>
        )
      })}
    </nav>
  )
}

interface DeletedProps {
  kind: TrashKind
  q: string
  onClear: () => void
}

function Deleted({ kind, q, onClear }: DeletedProps) {
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set())
  const mayRestore = useMay(kind.permission)
  const mayPurge = useMay('trash:purge')
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['trash', kind.name, q],
    queryFn: ({ pageParam, signal }) =>
      call('GET /api/trash/:kind', {
        params: { kind: kind.name },
        query: { limit: PAGE_SIZE, after: pageParam, ...(q && { q }) },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })
  const entries = data?.pages.flatMap((page) => page.items) ?? []
  // What someone else has restored meanwhile is not meant any more.
  const chosen = entries.filter(({ id }) => selected.has(id))
  const act = async (what: (kind: TrashKind, some: TrashEntry[]) => Promise<boolean>, some: TrashEntry[]) => {
    if (!(await what(kind, some))) return
    const gone = new Set(some.map(({ id }) => id))
    setSelected((now) => new Set([...now].filter((id) => !gone.has(id))))
  }
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div className="min-h-0 flex-1 overflow-y-auto pb-20">
        {error && (
          <div className="p-4">
            <ProblemNote problem={toProblem(error)} />
            <Button className="mt-2" onClick={() => void refetch()}>
              Try again
            </Button>
          </div>
        )}
        {data && entries.length === 0 && <Nothing kind={kind} q={q} onClear={onClear} />}
        {entries.length > 0 && (
          <TrashRows
            kind={kind}
            entries={entries}
            selected={selected}
            onSelect={setSelected}
            onRestore={mayRestore ? (entry) => act(restore, [entry]) : undefined}
            onPurge={mayPurge ? (entry) => act(purge, [entry]) : undefined}
          />
        )}
        {hasNextPage && (
          <div className="flex justify-center py-4">
            <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Load older
            </Button>
          </div>
        )}
      </div>
      <BulkBar count={chosen.length} onClear={() => setSelected(new Set())}>
        {mayRestore && <Button onClick={() => void act(restore, chosen)}>Restore</Button>}
        {mayPurge && (
          <Button look="danger" onClick={() => void act(purge, chosen)}>
            Delete for good
          </Button>
        )}
      </BulkBar>
    </div>
  )
}

function Nothing({ kind, q, onClear }: DeletedProps) {
  if (q) {
    return (
      <EmptyState sentence={`No deleted ${kind.many} match.`}>
        <Button onClick={onClear}>Clear search</Button>
      </EmptyState>
    )
  }
  return (
    <EmptyState
      sentence={`No ${kind.many} in the trash. What is deleted stays here until someone restores it or deletes it for good.`}
    />
  )
}

/** "Ann Lee", or "3 customers". */
function named(kind: TrashKind, entries: TrashEntry[]): string {
  const [first] = entries
  return entries.length === 1 && first
    ? first.title || kind.one
    : `${formatCount(entries.length)} ${kind.many}`
}

async function restore(kind: TrashKind, entries: TrashEntry[]): Promise<boolean> {
  const records = { kind: kind.name, ids: entries.map(({ id }) => id), named: named(kind, entries) }
  const restored = await restoreRecords(records)
  if (restored) void toast(`${records.named} restored`)
  return restored
}

async function purge(kind: TrashKind, entries: TrashEntry[]): Promise<boolean> {
  const what = named(kind, entries)
  const titles = entries.slice(0, NAMED_MAX).map(({ title }) => title || kind.one)
  const more = entries.length - titles.length
  const names = new Intl.ListFormat('en-GB').format(
    more > 0 ? [...titles, `${formatCount(more)} more`] : titles,
  )
  const sure = await ask<boolean>((answer) =>
    createElement(Confirm, {
      title: `Delete ${what} for good?`,
      detail: `${entries.length > 1 ? `${names}. ` : ''}${kind.goesAlong} This cannot be undone.`,
      action: 'Delete for good',
      onConfirm: () => answer(true),
      onCancel: () => answer(false),
    }),
  )
  if (!sure) return false
  try {
    const ids = entries.map(({ id }) => id)
    await call('POST /api/trash/:kind/purge', { params: { kind: kind.name }, body: { ids } })
    void toast(`${what} deleted for good`)
    return true
  } catch (error) {
    await toastProblem(toProblem(error))
    return false
  } finally {
    refreshAfterTrash()
  }
}
