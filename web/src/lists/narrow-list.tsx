import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { AnyRecord } from '../fields/field.ts'
import type { GridPlace } from '../grid/grid-props.ts'
import { useFreshStart, useLeavingPlace } from '../grid/use-list-change.ts'
import { useRowWindow } from '../grid/use-row-window.ts'
import type { RowStore } from '../rows/row-store.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Link } from '../ui/link.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import type { ListDefinition } from './list-definition.ts'

const ROW_HEIGHT_PX = 56

interface NarrowListProps<Row extends AnyRecord> {
  definition: ListDefinition<Row>
  store: RowStore<Row>
  place: GridPlace
  onLeave: (place: GridPlace) => void
  onOpen: () => void
}

/** The list on a phone: rows of two lines that open the record. */
export function NarrowList<Row extends AnyRecord>({
  definition,
  store,
  place,
  onLeave,
  onOpen,
}: NarrowListProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null)
  useSyncExternalStore(store.subscribe, store.revision)
  const count = store.count
  const {
    first,
    last,
    offset,
    height,
    onScroll,
    place: placeNow,
    scrollToStart,
  } = useRowWindow({
    scroller,
    count,
    rowHeight: ROW_HEIGHT_PX,
    headerHeight: 0,
    initialTop: place.top,
  })
  useEffect(() => store.want(first, last), [store, first, last])
  useLeavingPlace(store, onLeave, () => ({ ...place, top: placeNow() }))
  useFreshStart(store, scrollToStart)
  const { nameOf, path } = definition.source
  return (
    <div ref={scroller} onScroll={onScroll} className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto">
      <ul aria-label={definition.title} className="relative" style={{ height }}>
        {Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at).map((index) => {
          const row = store.rowAt(index)
          return (
            <li
              key={index}
              aria-setsize={store.total?.exact ? count : -1}
              aria-posinset={index + 1}
              className="absolute inset-x-0 border-b border-line"
              style={{ top: index * ROW_HEIGHT_PX + offset, height: ROW_HEIGHT_PX }}
            >
              {row ? (
                <Link
                  href={path(row.id)}
                  onClick={onOpen}
                  className="flex h-full items-center gap-3 px-4 -outline-offset-2"
                >
                  {!definition.mark && <Avatar name={nameOf(row)} />}
                  <span className="min-w-0 flex-1">
                    <span dir="auto" className="block truncate font-medium">
                      {nameOf(row)}
                    </span>
                    <span className="block truncate text-muted">{definition.secondLine.text(row)}</span>
                  </span>
                  {definition.mark?.(row)}
                </Link>
              ) : (
                <span className="flex h-full flex-col justify-center gap-2 px-4">
                  <Skeleton className="w-1/2" />
                  <Skeleton className="w-2/3" />
                </span>
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
