import { useMemo } from 'react'
import { readPreference, usePreference } from '../preferences.ts'
import type { Column } from './column.tsx'

const WIDTH_MIN_PX = 60
const WIDTH_MAX_PX = 800
const NOTHING_CHOSEN: Layout = {}

interface Layout {
  order?: string[]
  hidden?: string[]
  widths?: Record<string, number>
}

export interface ColumnLayout<Row> {
  /** All columns in their order. */
  all: Column<Row>[]
  /** Those that are shown, with the widths they have. */
  shown: Column<Row>[]
  resize: (key: string, width_px: number) => void
  /** Moves a column by so many places to the right; the first column stays where it is. */
  move: (key: string, places: number) => void
  setHidden: (key: string, hidden: boolean) => void
  reset: () => void
}

function nameOf(list: string): string {
  return `columns.${list}`
}

/** The columns that a list shows, also before it is on the screen. */
export function shownColumns<Row>(list: string, columns: Column<Row>[]): Column<Row>[] {
  return laidOut(columns, readPreference(nameOf(list), NOTHING_CHOSEN)).shown
}

function laidOut<Row>(columns: Column<Row>[], { order = [], widths = {}, ...layout }: Layout) {
  const hidden = layout.hidden ?? columns.filter((column) => column.hidden).map(({ key }) => key)
  const all = inOrder(columns, order).map((column) => ({
    ...column,
    width: widths[column.key] ?? column.width,
  }))
  return { all, hidden, shown: all.filter((column, index) => index === 0 || !hidden.includes(column.key)) }
}

/** Order, widths and visibility of the columns of one list, as this browser remembers them. */
export function useColumnLayout<Row>(list: string, columns: Column<Row>[]): ColumnLayout<Row> {
  const [layout, remember] = usePreference<Layout>(nameOf(list), NOTHING_CHOSEN)
  return useMemo(() => {
    const { all, hidden, shown } = laidOut(columns, layout)
    return {
      all,
      shown,
      resize: (key, width_px) => {
        const width = Math.round(Math.max(WIDTH_MIN_PX, Math.min(width_px, WIDTH_MAX_PX)))
        remember({ ...layout, widths: { ...layout.widths, [key]: width } })
      },
      move: (key, places) => remember({ ...layout, order: moved(all, key, places) }),
      setHidden: (key, hide) =>
        remember({ ...layout, hidden: hide ? [...hidden, key] : hidden.filter((other) => other !== key) }),
      reset: () => remember(NOTHING_CHOSEN),
    }
  }, [columns, layout, remember])
}

/** Columns that a newer version brings come last. */
function inOrder<Row>(columns: Column<Row>[], order: string[]): Column<Row>[] {
  const [first, ...rest] = columns
  const place = (column: Column<Row>) => {
    const index = order.indexOf(column.key)
    return index < 0 ? order.length + columns.indexOf(column) : index
  }
  const sorted = rest.toSorted((a, b) => place(a) - place(b))
  return first ? [first, ...sorted] : sorted
}

function moved<Row>(all: Column<Row>[], key: string, places: number): string[] {
  const keys = all.map((column) => column.key)
  const from = keys.indexOf(key)
  const to = Math.max(1, Math.min(from + places, keys.length - 1))
  return keys.toSpliced(from, 1).toSpliced(to, 0, key)
}
