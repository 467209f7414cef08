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
  const [shown, setShown] = useState<RowWindow>({ first: 0, last: -1, offset: 0 })
  const place = useRef({ logical: initialTop, physical: 0, viewport: 0 })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const latest = useRef({ count, scale: scrollScale(count * rowHeight, place.current.viewport) })
  const scale = scrollScale(count * rowHeight, place.current.viewport)
  latest.current = { count, scale }

  const show = useCallback(() => {
    const { logical, physical, viewport } = place.current
    const first = Math.max(0, Math.floor(logical / rowHeight) - OVERSCAN_ROWS)
    const last = Math.min(
      latest.current.count - 1,
      Math.ceil((logical + viewport) / rowHeight) + OVERSCAN_ROWS,
    )
    const offset = physical - logical
    setShown((old) =>
      old.first === first && old.last === last && old.offset === offset ? old : { first, last, offset },
    )
  }, [rowHeight])

  const moveTo = useCallback(
    (logical: number) => {
      const element = scroller.current
      if (!element) return
      const end = Math.max(0, latest.current.count * rowHeight - place.current.viewport)
      place.current.logical = Math.max(0, Math.min(logical, end))
      element.scrollTop = latest.current.scale.toPhysical(place.current.logical)
      place.current.physical = element.scrollTop
      show()
    },
    [scroller, rowHeight, show],
  )

  const onScroll = useCallback(() => {
    const element = scroller.current
    const { logical, physical, viewport } = place.current
    if (!element || element.scrollTop === physical) return
    const { scale } = latest.current
    const delta = element.scrollTop - physical
    const dragged = !scale.scaled || Math.abs(delta) > viewport * JUMP_SCREENS
    place.current.physical = element.scrollTop
    place.current.logical = dragged ? scale.toLogical(element.scrollTop) : Math.max(0, logical + delta)
    show()
    if (!scale.scaled) return
    clearTimeout(timer.current)
    timer.current = setTimeout(() => moveTo(place.current.logical), RESYNC_MS)
  }, [scroller, show, moveTo])

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const measure = () => {
      place.current.viewport = element.clientHeight - headerHeight
      latest.current.scale = scrollScale(latest.current.count * rowHeight, place.current.viewport)
      show()
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller, headerHeight, rowHeight, show])

  // Another count makes another height: the rows in sight stay in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the count that changes the scale
  useLayoutEffect(() => moveTo(place.current.logical), [count, moveTo])
  useEffect(() => () => clearTimeout(timer.current), [])

  const scrollToRow = useCallback(
    (index: number) => {
      const top = index * rowHeight
      const { logical, viewport } = place.current
      if (top < logical) moveTo(top)
      else if (top + rowHeight > logical + viewport) moveTo(top + rowHeight - viewport)
    },
    [rowHeight, moveTo],
  )

  return {
    ...shown,
    height: scale.physicalHeight,
    onScroll,
    scrollToRow,
    /** To the very start, as after another sort. */
    scrollToStart: useCallback(() => moveTo(0), [moveTo]),
    /** Rows that fit on the screen. */
    screenRows: () => Math.max(1, Math.floor(place.current.viewport / rowHeight)),
    /** Place in px of the full list, to come back to. */
    top: () => place.current.logical,
  }
}
