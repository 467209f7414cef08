import type { CsvFile } from '../files/csv.ts'
import { type StagedRow, stagedColumns, stageRow } from '../mapping/plan.ts'
import type { FieldPlan, FilePlan } from '../mapping/plan-shape.ts'
import { lineRecord, UNKNOWN_ORDER } from '../mapping/refused-lines.ts'

/** So many that memory stays flat, whatever the files hold, and few of a million orders share one. */
const SLOTS = 2 ** 22

/**
 * After which row each order has all its lines, by a look through the files before they are imported: what has them all
 * in one batch need not be held back. Orders that share a slot wait for each other, which is safe.
 */
export class LastLines {
  readonly #last = new Uint32Array(SLOTS)
  #read = 0

  /** Notes that the row of this place, counted from 1 over all files of lines, is a line of the order. */
  note(order: string, place: number): void {
    this.#last[slotOf(order)] = place
  }

  /** Goes on by these rows of a file of lines; their orders that have lines in rows to come. */
  goOn(plan: FilePlan, staged: readonly StagedRow[]): string[] {
    this.#read += staged.length
    const column = orderColumn(plan)
    const orders = new Set<string>()
    for (const row of staged) {
      const order = 'values' in row ? row.values[column] : undefined
      if (typeof order === 'string' && (this.#last[slotOf(order)] ?? 0) > this.#read) orders.add(order)
    }
    return [...orders]
  }
}

/** FNV-1a. */
function slotOf(order: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < order.length; index++) {
    hash = Math.imul(hash ^ order.charCodeAt(index), 0x01000193)
  }
  return (hash ^ (hash >>> 22)) & (SLOTS - 1)
}

function orderField(plan: FilePlan): FieldPlan | undefined {
  return lineRecord(plan)?.fields.find(({ name }) => name === 'order_id')
}

/** Where its id stands in a staged row. */
function orderColumn(plan: FilePlan): number {
  const column = orderField(plan)?.staged
  return stagedColumns(plan).findIndex(({ staged }) => staged === column)
}

/**
 * Reads the files of lines of an import. Undefined if orders have to wait for its end: a row cannot be read and may belong to
 * any of them, a file breaks off, or orders follow their lines.
 */
export async function findLastLines<F>(
  files: { plan: FilePlan; fileMapping: F }[],
  open: (fileMapping: F) => Promise<CsvFile>,
  signal: AbortSignal,
): Promise<LastLines | undefined> {
  const first = files.findIndex(({ plan }) => hasLines(plan))
  if (first === -1 || files.slice(first).some(({ plan }) => !isSimple(plan))) return undefined
  const found = new LastLines()
  let place = 0
  try {
    for (const { plan, fileMapping } of files.filter((file) => hasLines(file.plan))) {
      for await (const order of ordersOf(plan, await open(fileMapping))) {
        place++
        if (order === UNKNOWN_ORDER) return undefined
        if (order !== undefined) found.note(order, place)
      }
    }
  } catch (error) {
    if (signal.aborted) throw error
    return undefined // The import itself will meet it, and say so.
  }
  return found
}

function hasLines(plan: FilePlan): boolean {
  return lineRecord(plan) !== undefined
}

/** One line in each row, and no orders without. */
function isSimple({ records }: FilePlan): boolean {
  const [lines, orders] = ['order_items', 'orders'].map(
    (name) => records.filter(({ object }) => object.name === name).length,
  )
  return lines === 1 || (lines === 0 && orders === 0)
}

/** The order that each row belongs to, whether it will go in or not; undefined if it is no line. */
async function* ordersOf(plan: FilePlan, csv: CsvFile): AsyncGenerator<string | undefined> {
  const field = orderField(plan)
  try {
    for await (const row of csv.rows) {
      const arranged = row.fault === undefined ? plan.arrange(row.cells) : undefined
      const isWhole = Array.isArray(arranged) && arranged.length >= plan.header.length
      const order = isWhole ? field?.evaluate(arranged) : undefined
      yield typeof order === 'string' ? order : orderOf(plan, stageRow(plan, row))
    }
  } finally {
    csv.close()
  }
}

function orderOf(plan: FilePlan, staged: StagedRow): string | undefined {
  return 'values' in staged ? (staged.values[orderColumn(plan)] ?? UNKNOWN_ORDER) : staged.line?.order
}
