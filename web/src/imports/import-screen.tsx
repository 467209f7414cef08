import { useQuery } from '@tanstack/react-query'
import { Upload } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import type { Response } from '../../../server/src/api.ts'
import { type ApiProblem, call, toProblem, upload } from '../call.ts'
import { formatCount, formatMoment } from '../format.ts'
import { paths } from '../paths.ts'
import { queryClient } from '../query-client.ts'
import { forgetLists } from '../rows/stores.ts'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Field } from '../ui/field.tsx'
import { Link } from '../ui/link.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Screen, ScreenHeader } from '../ui/screen.tsx'
import { Tag } from '../ui/tag.tsx'
import { toastProblem } from '../ui/toast.ts'
import type { Option } from '../vocabulary.ts'
import { SampleOffer } from './embed.tsx'

type Import = Response<'GET /api/imports/:id'>

const POLL_INTERVAL_MS = 1_000
const NORTHWIND = 'northwind'
const MAPPING_FILE = 'mapping.json'

const statusOptions: Record<Import['status'], Option> = {
  waiting: { value: 'waiting', label: 'Waiting for its turn', hue: 80 },
  running: { value: 'running', label: 'Running', hue: 260 },
  completed: { value: 'completed', label: 'Completed', hue: 145 },
  failed: { value: 'failed', label: 'Stopped', hue: 25 },
}

/** Upload of CSV files with a mapping, and what came of the latest imports. */
export default function ImportScreen() {
  const [shown, show] = useState<number>()
  const { data, error, refetch } = useQuery({
    queryKey: ['imports'],
    queryFn: ({ signal }) => call('GET /api/imports', { signal }),
  })
  const latest = shown ?? data?.items[0]?.id
  return (
    <Screen title="Import">
      <ScreenHeader title="Import" />
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-6 wide:px-8">
        <div className="mx-auto flex max-w-[720px] flex-col gap-8">
          <UploadForm onStarted={(id) => show(id)} />
          <section aria-labelledby="latest" className="flex flex-col gap-3">
            <h2 id="latest" className="text-page font-semibold">
              Latest import
            </h2>
            {latest !== undefined && <ImportResult id={latest} />}
            {error && latest === undefined && (
              <ProblemNote problem={toProblem(error)} onRetry={() => void refetch()} />
            )}
            {data && latest === undefined && (
              <>
                <EmptyState sentence="Nothing was imported yet. Choose CSV files above; importing them twice changes nothing." />
                <SampleOffer />
              </>
            )}
          </section>
        </div>
      </div>
    </Screen>
  )
}

function UploadForm({ onStarted }: { onStarted: (id: number) => void }) {
  const help = useId()
  const [files, setFiles] = useState<File[]>([])
  const [problem, setProblem] = useState<ApiProblem>()
  const [busy, setBusy] = useState(false)
  const here = useRef(true)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  const start = async () => {
    setBusy(true)
    setProblem(undefined)
    try {
      const started = await upload('POST /api/imports', await formOf(files))
      await queryClient.invalidateQueries({ queryKey: ['imports'] })
      onStarted(started.id)
    } catch (error) {
      const thrown = toProblem(error)
      setProblem(thrown)
      if (!here.current) {
        void toastProblem({ message: `The files were not imported. ${thrown.message} Choose them again.` })
      }
    } finally {
      setBusy(false)
    }
  }
  return (
    <section aria-label="New import" className="flex flex-col gap-4">
      <p id={help} className="text-muted">
        Choose the CSV files of one system together. A file called {MAPPING_FILE} among them says which column
        goes where; without it they are read as the Northwind sample data.
      </p>
      <Field label="Files">
        {(attributes) => (
          <input
            {...attributes}
            type="file"
            multiple
            accept=".csv,.json,text/csv,application/json"
            onChange={(event) => setFiles([...(event.target.files ?? [])])}
            className="rounded-control border border-line bg-raised p-2"
          />
        )}
      </Field>
      {problem && <ProblemNote problem={problem} />}
      <Button
        look="primary"
        icon={Upload}
        large
        busy={busy}
        disabled={files.length === 0}
        className="self-start"
        onClick={() => void start()}
      >
        Import {files.length > 0 && (files.length === 1 ? '1 file' : `${formatCount(files.length)} files`)}
      </Button>
    </section>
  )
}

async function formOf(files: File[]): Promise<FormData> {
  const form = new FormData()
  const mapping = files.find((file) => file.name.toLowerCase() === MAPPING_FILE)
  form.append('mapping', mapping ? await mapping.text() : NORTHWIND)
  for (const file of files) if (file !== mapping) form.append(file.name, file, file.name)
  return form
}

function ImportResult({ id }: { id: number }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['import', id],
    queryFn: async ({ signal }) => {
      const result = await call('GET /api/imports/:id', { params: { id }, signal })
      // What was shown before does not have the new records.
      if (result.finished_at !== null) forgetLists()
      return result
    },
    refetchInterval: (query) => (query.state.data?.finished_at === null ? POLL_INTERVAL_MS : false),
  })
  if (!data) {
    return error ? <ProblemNote problem={toProblem(error)} onRetry={() => void refetch()} /> : null
  }
  return (
    <div className="flex flex-col gap-4">
      <p role="status" className="flex flex-wrap items-center gap-2">
        <Tag option={statusOptions[data.status]} />
        <span className="text-muted">{formatMoment(data.created_at)}</span>
        {data.status === 'completed' && (
          <Link href={paths.customers()} className="text-accent hover:underline">
            See the customers
          </Link>
        )}
      </p>
      {data.failure && <p className="text-danger">{data.failure}</p>}
      <ImportFiles files={data.files} />
      {data.rows_failed > 0 && <ImportErrors result={data} />}
      {data.orders_incomplete > 0 && <IncompleteOrders result={data} />}
      {data.rows_noted > 0 && <ImportNotes result={data} />}
    </div>
  )
}

type ImportFile = Import['files'][number]

/** What most imports have none of is shown only where something stands in it. */
const counts: { field: keyof ImportFile & `rows_${string}`; label: string; always: boolean }[] = [
  { field: 'rows_read', label: 'Read', always: true },
  { field: 'rows_inserted', label: 'New', always: true },
  { field: 'rows_updated', label: 'Changed', always: false },
  { field: 'rows_unchanged', label: 'Unchanged', always: true },
  { field: 'rows_in_trash', label: 'In the trash', always: false },
  { field: 'rows_restored', label: 'Restored', always: false },
  { field: 'rows_failed', label: 'Failed', always: true },
]

function ImportFiles({ files }: { files: Import['files'] }) {
  const shown = counts.filter(({ field, always }) => always || files.some((file) => file[field] > 0))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a narrow screen the keyboard scrolls it
    <section aria-label="Files" tabIndex={0} className="overflow-x-auto">
      <table className="w-full border-collapse tabular-nums">
        <thead>
          <tr className="h-9 border-b border-line text-right text-label text-muted">
            <th className="text-left font-medium">File</th>
            {shown.map(({ field, label }) => (
              <th key={field} className="pl-3 font-medium whitespace-nowrap">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {files.map((file) => (
            <tr key={`${file.file} ${file.object}`} className="h-9 border-b border-line text-right">
              <td className="min-w-40 py-1 text-left wrap-anywhere">
                {file.file} <span className="text-muted">→ {file.object.replaceAll('_', ' ')}</span>
              </td>
              {shown.map(({ field }) => (
                <td
                  key={field}
                  className={classes('pl-3', field === 'rows_failed' && file[field] > 0 && 'text-danger')}
                >
                  {formatCount(file[field])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {files.some((file) => file.rows_in_trash > 0) && (
        <p className="pt-2 text-muted">
          What lies in the trash stays there. Restore it, or add "in_trash": "restore" to the record in{' '}
          {MAPPING_FILE} and import again.
        </p>
      )}
    </section>
  )
}

const SHOWN_MAX = 20

function IncompleteOrders({ result }: { result: Import }) {
  const { orders_incomplete: count, incomplete_orders: orders } = result
  return (
    <section aria-label="Orders that wait for lines" className="flex flex-col gap-2">
      <p>
        {count === 1 ? '1 order is a draft' : `${formatCount(count)} orders are drafts`} until all their lines
        are in; no figure counts them. Mend the lines and import them again, or open the order and see to it
        by hand.
      </p>
      <ul className="flex flex-col gap-1 text-muted">
        {orders.slice(0, SHOWN_MAX).map((order) => (
          <li key={order.id}>
            <Link href={paths.order(order.id)} className="text-accent hover:underline">
              {order.order_number}
            </Link>
            : {order.reason}
          </li>
        ))}
      </ul>
    </section>
  )
}

function ImportNotes({ result }: { result: Import }) {
  return (
    <details>
      <summary className="cursor-pointer">
        {result.rows_noted === 1 ? '1 note' : `${formatCount(result.rows_noted)} notes`} on rows that went in
      </summary>
      <ul className="flex flex-col gap-1 pt-2 text-muted">
        {result.notes.map((note) => (
          <li key={`${note.file} ${note.line} ${note.column} ${note.note}`}>
            {note.file}, line {note.line}
            {note.column && `, ${note.column}`}: {note.note}
          </li>
        ))}
      </ul>
    </details>
  )
}

function ImportErrors({ result }: { result: Import }) {
  return (
    <section aria-label="Rows that did not go in" className="flex flex-col gap-2">
      <p>
        {result.rows_failed === 1 ? '1 row' : `${formatCount(result.rows_failed)} rows`} did not go in; the
        rest did.{' '}
        <a href={paths.importErrors(result.id)} download className="text-accent hover:underline">
          Download them
        </a>
        , mend them, and import the file again.
      </p>
      <ul className="flex flex-col gap-1 text-muted">
        {result.errors.slice(0, SHOWN_MAX).map((error) => (
          <li key={`${error.file} ${error.line} ${error.column} ${error.reason}`}>
            {error.file}, line {error.line}
            {error.column && `, ${error.column}`}: {error.reason}
          </li>
        ))}
      </ul>
    </section>
  )
}
