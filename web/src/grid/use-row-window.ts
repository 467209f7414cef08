import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { scrollScale } from './scroll-scale.ts'

const OVERSCAN_ROWS = 8
const RESYNC_MS = 150
/** A change of more than so many screens is a drag of the bar, not a turn of the wheel. */
const JUMP_SCREENS = 3

interface RowWindow {
  /** Rows to render, `last` included. */
  first: number
  last: number
  /** The first row that is wholly in sight. */
  top: number
  /** Add to `index × rowHeight` for the place of a row in the scrolled element, in px. */
  offset: number
}

interface Options {
  scroller: RefObject<HTMLElement | null>
  count: number
  rowHeight: number
  /** Height of what is sticky above the rows, in px. */
  headerHeight: number
  /** Place to begin at, in px of the full list. */
  initialTop: number
}

/**
 * Which rows of a list of any length are in sight. A list taller than browsers allow is scrolled in a shorter
 * element: the wheel moves px by px, a drag of the bar jumps in proportion, and when it is quiet the bar is put
 * where it belongs without the rows moving.
 */
export function useRowWindow({ scroller, count, rowHeight, headerHeight, initialTop }: Options) {
  const [shown, setShown] = useState<RowWindow>({ first: 0, last: -1, top: 0, offset: 0 })
  /** The place in px of the full list, that of the scroll bar, and the height in sight. */
  const place = useRef({ logical: initialTop, physical: 0, viewport: 0 })
  const latest = useRef({ count, rowHeight })
  latest.current = { count, rowHeight }

  const show = useCallback(() => {
    setShown((old) => sameOr(old, windowAt(place.current, latest.current)))
  }, [])
  const moveTo = useCallback(
    (logical: number) => {
      const element = scroller.current
      if (!element) return
      const full = latest.current.count * latest.current.rowHeight
      const { viewport } = place.current
      const target = Math.max(0, Math.min(logical, full - viewport))
      element.scrollTop = scrollScale(full, viewport).toPhysical(target)
      place.current = { logical: target, physical: element.scrollTop, viewport }
      show()
    },
    [scroller, show],
  )
  const onScroll = useScrollHandler(scroller, place, latest, show, moveTo)
  useViewportHeight(scroller, headerHeight, (height_px) => {
    place.current.viewport = height_px
    show()
  })
  // Another count makes another height: the rows in sight stay in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the count that changes the scale
  useLayoutEffect(() => moveTo(place.current.logical), [count, rowHeight, moveTo])
  return {
    ...shown,
    height: scrollScale(count * rowHeight, place.current.viewport).physicalHeight,
    onScroll,
    scrollToRow: useCallback(
      (index: number) => {
        const top = index * rowHeight
        const { logical, viewport } = place.current
        if (top < logical) moveTo(top)
        else if (top + rowHeight > logical + viewport) moveTo(top + rowHeight - viewport)
      },
      [rowHeight, moveTo],
    ),
    /** To the very start, as after another sort. */
    scrollToStart: useCallback(() => moveTo(0), [moveTo]),
    /** Rows that fit on the screen. */
    screenRows: () => Math.max(1, Math.floor(place.current.viewport / rowHeight)),
    /** Place in px of the full list, to come back to. */
    place: () => place.current.logical,
  }
}

type Place = { logical: number; physical: number; viewport: number }
type List = { count: number; rowHeight: number }

function windowAt({ logical, physical, viewport }: Place, { count, rowHeight }: List): RowWindow {
  return {
    first: Math.max(0, Math.floor(logical / rowHeight) - OVERSCAN_ROWS),
    last: Math.min(count - 1, Math.ceil((logical + viewport) / rowHeight) + OVERSCAN_ROWS),
    top: Math.ceil(logical / rowHeight),
    offset: physical - logical,
  }
}

/** The old window while it is the same, so that nothing renders again. */
function sameOr(old: RowWindow, next: RowWindow): RowWindow {
  const same =
    old.first === next.first && old.last === next.last && old.top === next.top && old.offset === next.offset
  return same ? old : next
}

function useScrollHandler(
  scroller: RefObject<HTMLElement | null>,
  place: RefObject<Place>,
  list: RefObject<List>,
  show: () => void,
  moveTo: (logical: number) => void,
): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return useCallback(() => {
    const element = scroller.current
    const { logical, physical, viewport } = place.current
    if (!element || element.scrollTop === physical) return
    const scale = scrollScale(list.current.count * list.current.rowHeight, viewport)
    const delta = element.scrollTop - physical
    const jumped = !scale.scaled || Math.abs(delta) > viewport * JUMP_SCREENS
    place.current = {
      logical: jumped ? scale.toLogical(element.scrollTop) : Math.max(0, logical + delta),
      physical: element.scrollTop,
      viewport,
    }
    show()
    if (!scale.scaled) return
    clearTimeout(timer.current)
    timer.current = setTimeout(() => moveTo(place.current.logical), RESYNC_MS)
  }, [scroller, place, list, show, moveTo])
}

/** Tells the height in sight below the header, before the first paint and whenever it changes. */
function useViewportHeight(
  scroller: RefObject<HTMLElement | null>,
  headerHeight: number,
  onHeight: (height_px: number) => void,
): void {
  const tell = useRef(onHeight)
  tell.current = onHeight
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const measure = () => tell.current(element.clientHeight - headerHeight)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller, headerHeight])
}
