import { type CsvRow, isMarked } from '../files/csv-rows.ts'
import type { FieldPlan, FilePlan, RecordPlan } from './plan-shape.ts'

/** Begins what stands for the id of a line that has none of its own. */
export const UNNAMED_LINE_MARK = '#'
/** Stands for the order of a row of which nobody can tell to which it belongs. No order has it as its id. */
export const UNKNOWN_ORDER = ''
/** In the place of a cell that cannot be read; no id is like it. */
const UNREAD = '\u0001'

/** A line that does not go in, by the ids of its order and of itself in the source. */
export interface RefusedLine {
  order: string
  /** Null if it has no id of its own. */
  line: string | null
}

/** The line of an order that a refused row would have been; undefined if it is none. */
export function refusedLine(plan: FilePlan, cells: string[]): RefusedLine | undefined {
  const record = lineRecord(plan)
  if (!record) return undefined
  if (mayHoldOthers(plan, cells)) return { order: UNKNOWN_ORDER, line: null }
  const [order, product, quantity] = ['order_id', 'product_id', 'quantity'].map(
    (name) => record.fields.find((field) => field.name === name)?.evaluate(cells) ?? null,
  )
  const line = record.externalId.evaluate(cells)
  if (typeof order === 'string') return { order, line: typeof line === 'string' ? line : null }
  // A sum below the lines, or a row of another file's errors, is no line that an order could lack.
  const isLine = order !== null || (product !== null && quantity !== null)
  return isLine ? { order: UNKNOWN_ORDER, line: null } : undefined
}

/** The same of a row that cannot be read, as far as its cells are certain. */
export function unreadLine(plan: FilePlan, { cells, fault, certain = [] }: CsvRow): RefusedLine | undefined {
  const record = lineRecord(plan)
  if (!record) return undefined
  // No delimiter cuts an id, so that surplus cells come from behind the ids that a row begins with.
  const read = fault !== undefined ? certain : isMarked(cells) ? [] : cells.slice(0, plan.leadingIds)
  const order = record.fields.find(({ name }) => name === 'order_id')
  const key = order && certainId(order, read, plan.header.length)
  if (key === undefined) return { order: UNKNOWN_ORDER, line: null }
  return { order: key, line: certainId(record.externalId, read, plan.header.length) ?? null }
}

export function lineRecord({ records }: FilePlan): RecordPlan | undefined {
  return records.find(({ object }) => object.name === 'order_items')
}

/** A quotation mark that is closed too late makes one row of several. */
function mayHoldOthers({ header }: FilePlan, cells: string[]): boolean {
  return cells.length < header.length && cells.some((cell) => /[\r\n]/.test(cell.trim()))
}

/** An id that no unread cell is part of. */
function certainId({ evaluate }: FieldPlan, cells: string[], columns: number): string | undefined {
  const unread = Array.from({ length: Math.max(0, columns - cells.length) }, () => UNREAD)
  const id = evaluate(cells)
  return typeof id === 'string' && evaluate([...cells, ...unread]) === id ? id : undefined
}
