import { foldWord } from '../../values/fold.ts'
import { cleanLine } from '../../values/text.ts'
import { ImportFailure } from '../failure.ts'
import { plainCell } from '../files/cell-text.ts'

/** The name that a cell of the header gives its column. */
export function columnName(cell: string): string {
  return cleanLine(plainCell(cell.replace('\ufeff', '')))
}

/** Where a column stands: under its exact name, or else under those that people take for the same. */
export function placesOf(header: readonly string[], column: string): number[] {
  const name = columnName(column)
  const exact = placesWhere(header, (each) => each === name)
  if (exact.length > 0) return exact
  const key = foldWord(name)
  return placesWhere(header, (each) => foldWord(each) === key)
}

function placesWhere(header: readonly string[], isWanted: (name: string) => boolean): number[] {
  return header.flatMap((name, index) => (isWanted(name) ? [index] : []))
}

/** Where a column stands. Throws ImportFailure if the header does not have it exactly once. */
export function columnIndex(header: readonly string[], column: string, file: string): number {
  const [index, ...others] = placesOf(header, column)
  if (index === undefined) {
    throw new ImportFailure(
      `${file} has no column "${column}", which the mapping reads; it has ${header.join(', ')}. Nothing was imported.`,
    )
  }
  if (others.length > 0) {
    throw new ImportFailure(`${file} has two columns called "${column}". Rename one; nothing was imported.`)
  }
  return index
}
