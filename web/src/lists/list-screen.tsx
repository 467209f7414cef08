import { useRouter } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { may } from '../../../server/src/auth/permissions.ts'
import type { Total } from '../../../server/src/lists/schema.ts'
import { toProblem } from '../call.ts'
import type { AnyRecord } from '../fields/field.ts'
import { formatCount } from '../format.ts'
import { Grid } from '../grid/grid.tsx'
import { FIRST_PLACE, type GridPlace } from '../grid/grid-props.ts'
import { type Selection, useSelection } from '../grid/selection.ts'
import { type ColumnLayout, useColumnLayout } from '../grid/use-column-layout.ts'
import type { CellText, Deed } from '../rows/cell-texts.ts'
import type { RecordSource } from '../rows/record-source.ts'
import type { RowStore } from '../rows/row-store.ts'
import { leaveTrail } from '../rows/trail.ts'
import { removeRecords } from '../rows/trash.ts'
import { useEdits } from '../rows/use-edits.ts'
import { useMay, useMe } from '../session/session.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { type Shortcut, useShortcuts } from '../ui/keys.ts'
import { Link } from '../ui/link.tsx'
import { Screen, ScreenHeader } from '../ui/screen.tsx'
import { toastProblem } from '../ui/toast.ts'
import { useWide } from '../ui/use-media.ts'
import { BulkBar } from './bulk-bar.tsx'
import { DisplayButton } from './display-button.tsx'
import { FilterBar } from './filter-bar.tsx'
import { filterKey } from './filters.ts'
import { focusRows } from './focus-rows.ts'
import type { ListDefinition } from './list-definition.ts'
import { ListProblem, refusedFilters } from './list-problem.tsx'
import { NarrowList } from './narrow-list.tsx'
import { PrintButton } from './print-button.tsx'
import { SearchBox } from './search-box.tsx'
import { type ListState, useListState } from './use-list-state.ts'
import { useListStore } from './use-list-store.ts'

/** The most records that one action takes. */
const SELECTED_MAX = 1_000

const gridShortcuts: Shortcut[] = [
  { keys: 'Enter', label: 'Edit the cell, or open the record', group: 'Rows' },
  { keys: 'F2', label: 'Edit the cell', group: 'Rows' },
  { keys: 'Space', label: 'Select the row', group: 'Rows' },
  { keys: 'x', label: 'Select the row, in the first column', group: 'Rows' },
  { keys: 'o', label: 'Open the record, in the first column', group: 'Rows' },
  { keys: 'j', label: 'Next row, in the first column', group: 'Rows' },
  { keys: 'k', label: 'Previous row, in the first column', group: 'Rows' },
  { keys: 'mod+a', label: 'Select all', group: 'Rows' },
  { keys: 'Shift', label: 'With arrows: choose a block of cells, or tick more rows', group: 'Rows' },
  { keys: 'mod+c', label: 'Copy the cells or the ticked rows', group: 'Rows' },
  { keys: 'mod+v', label: 'Paste into the cells', group: 'Rows' },
  { keys: 'Delete', label: 'Delete the ticked rows, or empty the cells', group: 'Rows' },
]

/** The list of one object: header, filters, rows and what can be done with several of them. */
export function ListScreen<Row extends AnyRecord>({ definition }: { definition: ListDefinition<Row> }) {
  const { source, create } = definition
  const router = useRouter()
  const mayWrite = useMay(source.writtenWith)
  const state = useListState(definition.filters, definition.defaultSort)
  const layout = useColumnLayout(source.object, definition.columns)
  const { store, wanted, stale } = useListStore(definition, state, layout)
  const refused = new Set(refusedFilters(store.problem, state.filters).map(filterKey))
  const wide = useWide()
  const offersCreate = create !== undefined && mayWrite
  useShortcuts([
    ...(offersCreate
      ? [
          {
            keys: 'c',
            label: create.label,
            group: 'List',
            run: () => void create.open((href) => router.navigate({ href })),
          },
        ]
      : []),
    ...gridShortcuts,
  ])
  return (
    <Screen title={definition.title}>
      <ScreenHeader title={definition.title} aside={<Count store={store} />}>
        <SearchBox label={`Search ${source.many}`} value={state.q} onChange={state.setQ} />
        {offersCreate && (
          <Button
            look="primary"
            icon={Plus}
            aria-label={create.label}
            onClick={() => void create.open((href) => router.navigate({ href }))}
          >
            New
          </Button>
        )}
      </ScreenHeader>
      <div className="flex min-h-10 flex-none flex-wrap items-center gap-2 border-b border-line px-4 py-1.5 wide:px-3">
        <FilterBar
          fields={definition.filters}
          filters={state.filters}
          refused={refused}
          onChange={state.setFilters}
        />
        <div className="ml-auto flex items-center gap-1">
          <PrintButton definition={definition} columns={layout.shown} state={state} store={wanted} />
          {wide && <DisplayButton layout={layout} />}
        </div>
      </div>
      <div className="relative flex min-h-0 flex-1 flex-col" aria-busy={stale}>
        {store.problem && (
          <ListProblem problem={store.problem} state={state} onRetry={() => store.refresh()} />
        )}
        <SearchedFor typed={state.q} meant={store.searchedFor} />
        <Rows
          definition={definition}
          store={store}
          state={state}
          layout={layout}
          wide={wide}
          mayWrite={mayWrite}
        />
      </div>
    </Screen>
  )
}

function SearchedFor({ typed, meant }: { typed: string; meant: string | null }) {
  if (meant === null) return null
  return (
    <p role="status" className="flex-none border-b border-line px-4 py-2 text-muted wide:px-3">
      Nothing matches “{typed}” as it is written. These match “{meant}”.
    </p>
  )
}

/** How many rows there are; a count that was cut short can be finished. */
function Count<Row extends { id: number }>({ store }: { store: RowStore<Row> }) {
  const { total } = store
  if (!total) return null
  if (total.exact) return <span className="text-muted tabular-nums">{formatTotal(total)}</span>
  return (
    <button
      type="button"
      title="Count them all"
      aria-label={`More than ${formatCount(total.count)}; count them all`}
      className="rounded-control px-1 text-muted tabular-nums hover:bg-hover hover:text-text"
      onClick={() => void store.countAll().catch((error) => toastProblem(toProblem(error)))}
    >
      {formatTotal(total)}
    </button>
  )
}

function formatTotal({ count, exact }: Total): string {
  return exact ? formatCount(count) : `${formatCount(count)}+`
}

interface RowsProps<Row extends AnyRecord> {
  definition: ListDefinition<Row>
  store: RowStore<Row>
  state: ListState
  layout: ColumnLayout<Row>
  wide: boolean
  mayWrite: boolean
}

/** Where one was in each list, as long as the list is kept. */
const places = new WeakMap<object, GridPlace>()

function Rows<Row extends AnyRecord>({ definition, store, state, layout, wide, mayWrite }: RowsProps<Row>) {
  const { source } = definition
  const router = useRouter()
  const selection = useSelection(store, JSON.stringify([state.q, state.filters]))
  const { leaving, remove } = useRemoval(source, selection)
  const edits = useEdits(source)
  const place = places.get(store) ?? FIRST_PLACE
  const leavePlace = (left: GridPlace) => void places.set(store, left)
  const open = () => leaveTrail(source.object, store, router.state.location.href)
  if (store.ready && store.count === 0) {
    return <NoRows definition={definition} state={state} mayWrite={mayWrite} />
  }
  if (!wide) {
    return (
      <NarrowList definition={definition} store={store} place={place} onLeave={leavePlace} onOpen={open} />
    )
  }
  return (
    <>
      <Grid
        label={definition.title}
        store={store}
        layout={layout}
        rowName={source.nameOf}
        sort={state.sort}
        onSort={state.setSort}
        selection={selection}
        onSelectAll={() => void selectAllOrNone(store, selection)}
        onDelete={() => mayWrite && void remove()}
        pathOf={(row) => source.path(row.id)}
        onOpen={(href) => {
          open()
          void router.navigate({ href })
        }}
        // Fetching ahead is a guess; if it fails, following the link says why.
        onIntent={(href) => void router.preloadRoute({ to: href }).catch(() => undefined)}
        canEdit={mayWrite}
        edits={edits}
        onWrite={(cells, deed) => void write(source, cells, deed)}
        leaving={leaving}
        place={place}
        onLeave={leavePlace}
      />
      <BulkBar
        count={leaving.size > 0 ? 0 : selection.ids.size}
        firstOf={selection.cutShort && store.total ? formatTotal(store.total) : undefined}
        onClear={() => {
          selection.clear()
          focusRows()
        }}
      >
        {mayWrite && (
          <Button look="danger" onClick={() => void remove()}>
            Delete
          </Button>
        )}
      </BulkBar>
    </>
  )
}

/** Moves the ticked rows to the trash; they stay ticked until it is known that they are there. */
function useRemoval<Row extends AnyRecord>(source: RecordSource<Row>, selection: Selection) {
  const router = useRouter()
  const [leaving, setLeaving] = useState<ReadonlySet<number>>(new Set())
  const remove = async () => {
    if (leaving.size > 0) return
    const ids = [...selection.ids]
    focusRows()
    setLeaving(new Set(ids))
    const named = `${formatCount(ids.length)} ${ids.length === 1 ? source.one : source.many}`
    const gone = await removeRecords({ kind: source.trash, ids, named }, (href) => router.navigate({ href }))
    if (gone) selection.drop(ids)
    setLeaving(new Set())
  }
  return { leaving, remove }
}

async function write<Row extends AnyRecord>(
  source: RecordSource<Row>,
  cells: CellText<Row>[],
  deed: Deed,
): Promise<void> {
  try {
    const { writeCells } = await import('../rows/write-cells.ts')
    await writeCells(source, cells, deed)
  } catch (error) {
    await toastProblem(toProblem(error))
  }
}

async function selectAllOrNone<Row extends AnyRecord>(
  store: RowStore<Row>,
  selection: Selection,
): Promise<void> {
  if (selection.ids.size >= Math.min(store.count, SELECTED_MAX)) return selection.clear()
  try {
    const ids = await store.firstIds(SELECTED_MAX)
    // Another filter or sort has taken its place meanwhile.
    if (!store.watched) return
    const { total } = store
    selection.replace(ids, ids.length === SELECTED_MAX && !(total?.exact && total.count <= SELECTED_MAX))
  } catch (error) {
    await toastProblem(toProblem(error))
  }
}

function NoRows<Row extends AnyRecord>({
  definition: { emptySentence, emptyLink, emptyOffer: Offer, create, source },
  state,
  mayWrite,
}: Pick<RowsProps<Row>, 'definition' | 'state' | 'mayWrite'>) {
  const router = useRouter()
  const { role } = useMe()
  if (state.q !== '' || state.filters.length > 0) {
    return (
      <EmptyState sentence={state.q ? `No ${source.many} match “${state.q}”.` : `No ${source.many} match.`}>
        <Button onClick={state.clear}>Clear filters</Button>
      </EmptyState>
    )
  }
  return (
    <>
      <EmptyState sentence={emptySentence}>
        {create && mayWrite && (
          <Button
            look="primary"
            icon={Plus}
            onClick={() => void create.open((href) => router.navigate({ href }))}
          >
            {create.label}
          </Button>
        )}
        {emptyLink && may(role, emptyLink.permission) && (
          <Link href={emptyLink.href} className="font-medium text-accent hover:underline">
            {emptyLink.label}
          </Link>
        )}
      </EmptyState>
      {Offer && <Offer />}
    </>
  )
}
