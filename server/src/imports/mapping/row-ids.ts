import { createHash } from 'node:crypto'
import { cleanLine, textFault } from '../../values/text.ts'
import { ImportFailure, isRefusal, type Refusal } from '../failure.ts'
import { spoiledFault } from '../files/cell-text.ts'
import type { Evaluate, ExpressionContext } from './expressions.ts'
import { compileExpression } from './expressions.ts'
import type { RecordMapping } from './mapping.ts'

export const EXTERNAL_ID_LENGTH_MAX = 200
const EXTERNAL_ID_SEPARATOR = '/'
/** Rows of one file that are told apart by their content: each is remembered until the file is read. */
const ROWS_BY_CONTENT_MAX = 1_000_000
const DIGEST_LENGTH = 22

/** Reads an id of the source, of a record or of one that it refers to. */
export function readExternalId(text: string): string | Refusal {
  const fault = textFault(text)
  if (fault !== undefined) return { column: null, reason: fault }
  const id = cleanLine(text)
  const spoiled = spoiledFault(id)
  if (spoiled !== undefined) return { column: null, reason: spoiled }
  if (id.length <= EXTERNAL_ID_LENGTH_MAX) return id
  return { column: null, reason: `It is longer than the ${EXTERNAL_ID_LENGTH_MAX} characters of an id.` }
}

/** What tells the rows of a record apart, and the columns that it stands in. */
export function compileRowId(
  { external_id, without_id }: RecordMapping,
  context: ExpressionContext & { file: string; ownCells: number },
): { evaluate: Evaluate; columns: string | null } {
  if (external_id === undefined) return { evaluate: idByContent(context), columns: null }
  const columns = typeof external_id === 'string' ? [external_id] : external_id
  const parts = columns.map((column) => compileExpression(column, context).evaluate)
  const byContent = without_id === 'content' ? idByContent(context) : undefined
  const evaluate: Evaluate = (cells) => {
    const texts = parts.map((part) => part(cells))
    const fault = texts.find(isRefusal)
    if (fault) return fault
    if (byContent && texts.every((text) => text === null)) return byContent(cells)
    // In an id of several columns none may be missing, or two rows could get the same one.
    if (texts.includes(null)) return { column: null, reason: 'It is empty, and tells the rows apart.' }
    const ids = texts.map(cleanPart)
    for (const id of ids) {
      const spoiled = spoiledFault(id)
      if (spoiled !== undefined) return { column: null, reason: spoiled }
    }
    return readExternalId(ids.join(EXTERNAL_ID_SEPARATOR))
  }
  return { evaluate, columns: columns.join(', ') }
}

function cleanPart(text: string | null | Refusal): string {
  return typeof text === 'string' ? cleanLine(text) : ''
}

/**
 * The id of a row that has none: what all its cells say, and the how manieth such row it is. The same file brings
 * nothing in twice, whatever rows are put before or between, and a row that was mended in the error file is the same in
 * its own file.
 */
function idByContent({ file, ownCells }: { file: string; ownCells: number }): Evaluate {
  const seen = new Map<string, number>()
  let last: { cells: readonly string[]; id: string } | undefined
  return (cells) => {
    if (last?.cells === cells) return last.id
    const content = cells
      .slice(0, ownCells)
      .map((cell) => cleanLine(cell.toWellFormed()))
      .join('\u001f')
    const digest = createHash('sha256').update(content).digest('base64url').slice(0, DIGEST_LENGTH)
    const nth = (seen.get(digest) ?? 0) + 1
    if (nth === 1 && seen.size >= ROWS_BY_CONTENT_MAX) {
      throw new ImportFailure(
        `${file} has more than ${ROWS_BY_CONTENT_MAX} rows without an id. What came in is kept; name a column that tells the rows apart, or split the file.`,
      )
    }
    seen.set(digest, nth)
    const id = nth === 1 ? `row:${digest}` : `row:${digest}:${nth}`
    last = { cells, id }
    return id
  }
}
