import { useRouter } from '@tanstack/react-router'
import { ChevronDown, ChevronUp, Ellipsis, Printer, Trash2 } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { type AnyRecord, type RecordField, textOf } from '../fields/field.ts'
import { formatCount, formatMoment } from '../format.ts'
import { queryClient } from '../query-client.ts'
import { type RecordSource, recordKey } from '../rows/record-source.ts'
import { trailOf } from '../rows/trail.ts'
import { removeRecords, restoreRecords } from '../rows/trash.ts'
import { useEdits } from '../rows/use-edits.ts'
import { useMay, useMe } from '../session/session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { useShortcuts } from '../ui/keys.ts'
import { Menu } from '../ui/menu.tsx'
import { ProblemScreen } from '../ui/problem-screen.tsx'
import { Screen, ScreenHeader } from '../ui/screen.tsx'
import { type TabItem, Tabs } from '../ui/tabs.tsx'
import { toastProblem } from '../ui/toast.ts'
import { usePrinting, useWide } from '../ui/use-media.ts'
import { RecordPanel } from './record-panel.tsx'
import { useRecord } from './use-record.ts'

export interface RecordScreenProps<Row extends AnyRecord> {
  source: RecordSource<Row>
  /** The panel's rows, in order. */
  fields: RecordField<Row>[]
  /** What follows the panel's rows. */
  beside?: (record: Row, canEdit: boolean) => ReactNode
  list: { title: string; href: string }
  /** Line under the title. */
  subtitle?: (record: Row) => ReactNode
  /** Buttons beside the title. */
  actions?: (record: Row) => ReactNode
  tabs: (record: Row) => TabItem[]
  /** Instead of the page as it is: what prints the record. */
  print?: (record: Row) => void
  /** Single keys that begin the edit of a field, e.g. { s: 'lifecycle_stage' }. */
  editKeys?: Record<string, keyof Row & string>
}

/** The page of one record: what happened in the middle, its values at the right. */
export function RecordScreen<Row extends AnyRecord>(props: RecordScreenProps<Row>) {
  const { id, record, problem } = useRecord(props.source)
  if (problem && !record) return <ProblemScreen error={problem} />
  // The frame stands at once, so that nothing moves when the values come.
  if (!record) return <Screen title={props.source.one}>{null}</Screen>
  return <LoadedScreen key={id} {...props} record={record} />
}

function LoadedScreen<Row extends AnyRecord>({ record, ...props }: RecordScreenProps<Row> & { record: Row }) {
  const { source } = props
  const wide = useWide()
  const mayWrite = useMay(source.writtenWith)
  const inTrash = deletedAt(record)
  const canEdit = mayWrite && !inTrash
  const [editing, setEditing] = useState<string>()
  const edits = useEdits(source)
  const name = source.nameOf(record)
  const printing = usePrinting()
  const print = () => (props.print ? props.print(record) : window.print())
  useShortcuts([
    { keys: 'mod+p', label: `Print the ${source.one}`, group: 'Record', run: print },
    ...Object.entries(canEdit ? (props.editKeys ?? {}) : {}).map(([keys, field]) => ({
      keys,
      label: `Edit ${props.fields.find((known) => known.name === field)?.label ?? field}`,
      group: 'Record',
      run: () => setEditing(field),
    })),
  ])
  const details = (
    <>
      <RecordPanel
        record={record}
        fields={props.fields}
        canEdit={canEdit}
        edits={edits}
        editing={editing}
        onEdit={setEditing}
      />
      {props.beside?.(record, canEdit)}
    </>
  )
  return (
    <Screen title={name}>
      <RecordHeader {...props} record={record} canDelete={canEdit} onPrint={print} />
      <div className="flex min-h-0 flex-1">
        <div className="min-w-0 flex-1 overflow-y-auto px-4 py-6 wide:px-8">
          <div className="mx-auto flex max-w-[720px] flex-col gap-5">
            {inTrash && <TrashNote source={source} record={record} since={inTrash} mayRestore={mayWrite} />}
            <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
              {source.isNamed && <Avatar name={name} size="large" />}
              <div className="min-w-0 flex-1">
                <h1 dir="auto" className="text-record font-semibold wrap-anywhere">
                  {name}
                </h1>
                <div className="text-muted">{props.subtitle?.(record)}</div>
              </div>
              {printing && <PrintedFields record={record} fields={props.fields} />}
              <div className="flex w-full gap-2 wide:w-auto">{props.actions?.(record)}</div>
            </div>
            <RecordTabs
              tabs={props.tabs(record)}
              details={wide ? undefined : <div className="print:hidden">{details}</div>}
            />
          </div>
        </div>
        {wide && (
          <aside
            aria-label="Details"
            className="w-[340px] flex-none overflow-y-auto border-l border-line bg-sunken px-4 py-4"
          >
            <h2 className="mb-2 text-label font-medium text-muted">Details</h2>
            {details}
          </aside>
        )}
      </div>
    </Screen>
  )
}

/** On paper the values stand above what happened, as plain words. */
function PrintedFields<Row extends AnyRecord>({
  record,
  fields,
}: Pick<RecordScreenProps<Row>, 'fields'> & { record: Row }) {
  return (
    <>
      <p className="hidden print:block">
        {useMe().workspace.name}, {formatMoment(new Date().toISOString())}
      </p>
      <dl className="hidden w-full print:block">
        {fields.map((field) => (
          <div key={field.name} className="grid grid-cols-[96px_1fr]">
            <dt className="text-muted">{field.label}</dt>
            <dd dir="auto" className="wrap-anywhere whitespace-pre-line">
              {textOf(field, record) || '–'}
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}

function RecordTabs({ tabs, details }: { tabs: TabItem[]; details: ReactNode }) {
  const all = details ? [...tabs, { value: 'details', label: 'Details', panel: details }] : tabs
  const [chosen, choose] = useState(all[0]?.value ?? '')
  const value = all.some((tab) => tab.value === chosen) ? chosen : (all[0]?.value ?? '')
  return (
    <div>
      <Tabs label="About this record" items={all} value={value} onChange={choose} />
    </div>
  )
}

function RecordHeader<Row extends AnyRecord>({
  source,
  list,
  record,
  canDelete,
  onPrint,
}: RecordScreenProps<Row> & { record: Row; canDelete: boolean; onPrint: () => void }) {
  const router = useRouter()
  const listHref = trailOf(source.object)?.href ?? list.href
  const remove = async () => {
    const named = source.nameOf(record)
    const go = (href: string) => router.navigate({ href })
    if (await removeRecords({ kind: source.trash, ids: [record.id], named }, go)) {
      // The person may have gone on meanwhile.
      if (router.state.location.pathname === source.path(record.id)) await router.navigate({ href: listHref })
      queryClient.removeQueries({ queryKey: recordKey(source.object, record.id) })
    }
  }
  return (
    <ScreenHeader back={{ title: list.title, href: listHref }}>
      <Neighbours source={source} id={record.id} />
      <Menu
        align="end"
        entries={[
          // Once the menu has closed.
          { label: `Print ${source.one}`, icon: Printer, run: () => requestAnimationFrame(onPrint) },
          ...(canDelete
            ? [{ label: `Delete ${source.one}`, icon: Trash2, danger: true, run: () => void remove() }]
            : []),
        ]}
      >
        {(trigger) => <IconButton icon={Ellipsis} label="More actions" {...trigger} />}
      </Menu>
    </ScreenHeader>
  )
}

/** To the record before and after this one in the list that one came from. */
function Neighbours<Row extends AnyRecord>({ source, id }: { source: RecordSource<Row>; id: number }) {
  const router = useRouter()
  const store = trailOf(source.object)?.store
  const index = store?.indexOf(id) ?? -1
  const go = async (step: number) => {
    const neighbour = await store?.reach(index + step)
    const isHere = router.state.location.pathname === source.path(id)
    if (!neighbour && store?.problem && isHere) {
      await toastProblem({
        message: `The ${step > 0 ? 'next' : 'previous'} ${source.one} could not be loaded. ${store.problem.message}`,
      })
    }
    if (neighbour && isHere) await router.navigate({ href: source.path(neighbour.id), replace: true })
  }
  const known = store !== undefined && index >= 0
  useEffect(() => {
    // So that the next one is there when the key is pressed.
    if (known) void store.reach(index + 1)
  }, [known, store, index])
  useShortcuts(
    known
      ? [
          { keys: 'j', label: `Next ${source.one}`, group: 'Record', run: () => void go(1) },
          { keys: 'k', label: `Previous ${source.one}`, group: 'Record', run: () => void go(-1) },
        ]
      : [],
  )
  if (!known) return null
  const { total } = store
  return (
    <>
      <span className="mr-1 text-label whitespace-nowrap text-muted tabular-nums">
        {formatCount(index + 1)} of {formatCount(total?.count ?? 0)}
        {total?.exact ? '' : '+'}
      </span>
      <IconButton
        icon={ChevronUp}
        label={`Previous ${source.one} (K)`}
        disabled={index === 0}
        onClick={() => void go(-1)}
      />
      <IconButton
        icon={ChevronDown}
        label={`Next ${source.one} (J)`}
        disabled={index + 1 >= store.count}
        onClick={() => void go(1)}
      />
    </>
  )
}

/** Records of every kind have it; it is said here once for all of them. */
interface Trashed {
  deleted_at?: string | null
  deleted_by?: string | null
}

function deletedAt(record: AnyRecord & Trashed): string | undefined {
  return record.deleted_at ?? undefined
}

interface TrashNoteProps<Row extends AnyRecord> {
  source: RecordSource<Row>
  record: Row & Trashed
  since: string
  mayRestore: boolean
}

/** Who deleted the record and when, and the way back. */
function TrashNote<Row extends AnyRecord>({ source, record, since, mayRestore }: TrashNoteProps<Row>) {
  const [busy, setBusy] = useState(false)
  const restore = async () => {
    setBusy(true)
    await restoreRecords({ kind: source.trash, ids: [record.id], named: source.nameOf(record) })
    setBusy(false)
  }
  return (
    <div
      role="status"
      className="flex items-center gap-3 rounded-card border border-line bg-sunken px-4 py-2"
    >
      <Trash2 size={16} className="flex-none text-muted" aria-hidden />
      <span className="flex-1">
        In the trash since {formatMoment(since)}
        {record.deleted_by && `, deleted by ${record.deleted_by}`}.
      </span>
      {mayRestore && (
        <Button busy={busy} onClick={() => void restore()}>
          Restore
        </Button>
      )}
    </div>
  )
}
