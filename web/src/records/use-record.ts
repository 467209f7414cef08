import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { type ApiProblem, toProblem } from '../call.ts'
import type { AnyRecord } from './field.ts'
import { type RecordSource, recordKey } from './record-source.ts'

interface LoadedRecord<Row> {
  id: number
  record: Row | undefined
  problem: ApiProblem | undefined
  reload: () => void
}

/** The record that the address names. */
export function useRecord<Row extends AnyRecord>(source: RecordSource<Row>): LoadedRecord<Row> {
  const { id: text = '' }: { id?: string } = useParams({ strict: false })
  const id = Number(text)
  const { data, error, refetch } = useQuery({
    queryKey: recordKey(source.object, id),
    queryFn: ({ signal }) => source.read(id, signal),
  })
  return { id, record: data, problem: error ? toProblem(error) : undefined, reload: () => void refetch() }
}
