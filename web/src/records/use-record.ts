import { queryOptions, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ApiProblem, toProblem } from '../call.ts'
import type { AnyRecord } from '../fields/field.ts'
import { queryClient } from '../query-client.ts'
import { type RecordSource, recordKey } from '../rows/record-source.ts'

interface LoadedRecord<Row> {
  id: number
  record: Row | undefined
  problem: ApiProblem | undefined
  reload: () => void
}

function recordQuery<Row extends AnyRecord>(source: RecordSource<Row>, id: number) {
  return queryOptions({
    queryKey: recordKey(source.object, id),
    queryFn: ({ signal }) => {
      if (!Number.isSafeInteger(id) || id < 1) throw new ApiProblem({ status: 404 })
      return source.read(id, signal)
    },
  })
}

/** Asks for a record before its screen is there. */
export function preloadRecord<Row extends AnyRecord>(source: RecordSource<Row>, id: string): void {
  void queryClient.prefetchQuery(recordQuery(source, Number(id)))
}

/** The record that the address names. */
export function useRecord<Row extends AnyRecord>(source: RecordSource<Row>): LoadedRecord<Row> {
  const { id: text = '' }: { id?: string } = useParams({ strict: false })
  const id = Number(text)
  const { data, error, refetch } = useQuery(recordQuery(source, id))
  return { id, record: data, problem: error ? toProblem(error) : undefined, reload: () => void refetch() }
}
