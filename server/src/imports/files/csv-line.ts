import type { FileDialect } from './csv.ts'

export const RFC_4180: FileDialect = { delimiter: ',', separator_line: false, quote_escape: null }
const QUOTED = /[",;\t|\r\n]|^\s|\s$/

/** A row of a CSV file with its line end. Cells that some program could cut apart are in quotes. */
export function csvLine(cells: readonly string[], { delimiter, quote_escape: escaped }: FileDialect): string {
  const written = cells.map((cell) => {
    const text = escaped === null ? cell : cell.replaceAll(escaped, escaped + escaped)
    return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  })
  return `${written.join(delimiter)}\r\n`
}
