import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Response } from '../../../server/src/api.ts'
import { call, toProblem } from '../call.ts'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { type Entry, type FieldWords, TimelineEntries } from './entries.tsx'
import type { TimelineObject } from './timeline-object.ts'

type Page = Response<'GET /api/customers/:id/timeline'>
type Kinds = 'all' | Entry['kind']

const filters: Record<Kinds, string> = {
  all: 'All',
  interaction: 'Conversations',
  order: 'Orders',
  change: 'Changes',
}
// Object.keys knows texts only.
const filterKinds = Object.keys(filters) as Kinds[] // See above.

interface TimelineProps {
  object: TimelineObject
  id: number
  /** How changed fields are called and their values read. */
  fields: FieldWords
  canEdit: boolean
  /** What to write with; stands above the entries. */
  composer?: ReactNode
}

/** What happened with a record, newest first. */
export function Timeline({ object, id, fields, canEdit, composer }: TimelineProps) {
  const [kinds, setKinds] = useState<Kinds>('all')
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isPending } =
    useInfiniteQuery({
      queryKey: ['timeline', object, id, kinds],
      queryFn: ({ pageParam, signal }): Promise<Page> =>
        call(`GET /api/${object}/:id/timeline`, {
          params: { id },
          query: { after: pageParam, kinds: kinds === 'all' ? undefined : kinds },
          signal,
        }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    })
  const entries = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className="flex flex-col gap-4">
      {composer}
      {/* biome-ignore lint/a11y/useSemanticElements: buttons that filter are no fields of a form */}
      <div role="group" aria-label="Show" className="flex flex-wrap gap-1">
        {filterKinds.map((value) => (
          <button
            key={value}
            type="button"
            aria-pressed={kinds === value}
            onClick={() => setKinds(value)}
            className={classes(
              'h-7 rounded-control px-2.5',
              kinds === value ? 'bg-hover font-medium' : 'text-muted hover:bg-hover hover:text-text',
            )}
          >
            {filters[value]}
          </button>
        ))}
      </div>
      {error && <ProblemNote problem={toProblem(error)} onRetry={() => void refetch()} />}
      {isPending && !error && <TimelineSkeleton />}
      {data && entries.length === 0 && <EmptyState sentence="Nothing has happened here yet." />}
      <TimelineEntries object={object} recordId={id} entries={entries} fields={fields} canEdit={canEdit} />
      {hasNextPage && (
        <Button className="self-center" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Load older
        </Button>
      )}
    </div>
  )
}

function TimelineSkeleton() {
  return (
    <div aria-hidden className="flex flex-col gap-6 pl-9">
      {['w-1/2', 'w-2/3', 'w-1/3', 'w-1/2'].map((width, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars never move
        <Skeleton key={index} className={width} />
      ))}
    </div>
  )
}
