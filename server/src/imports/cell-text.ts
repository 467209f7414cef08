import { textFault } from '../values/text.ts'

/** ="01234", with which programs keep spreadsheets from taking the zero away. */
const ARMOURED = /^\s*="((?:[^"]|"")*)"\s*$/
/** An apostrophe before what a spreadsheet would work out or take for a number says that it is text. */
const TEXT_MARK = /^'(?=[\t\r]|\s*[=+\-@＝＋－＠]|[\d(][\d\s()/.,+-]*$)/
const FORMULA = /^(?:[\t\r]|\s*[=+\-@＝＋－＠])/
const MAYBE_MARKED = /^(?:'|\s*=)/
/** As spreadsheets show a long number: one digit, a fraction, the exponent. */
const SHORTENED = /^[+-]?\d(?:[.,]\d+)?E\+\d{2,3}$/
const LOST_LETTERS = '\ufffd'

/** What a cell says, without what is only there for spreadsheets. */
export function plainCell(cell: string): string {
  if (!MAYBE_MARKED.test(cell)) return cell
  const text = cell.replace(TEXT_MARK, '')
  return ARMOURED.exec(text)?.[1]?.replaceAll('""', '"') ?? text
}

/** A cell that no spreadsheet takes for a formula; `plainCell` makes of it what it makes of the cell itself. */
export function harmlessCell(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell
}

/** Why the text of a cell cannot be kept, as a sentence; undefined if it can. */
export function cellFault(cell: string): string | undefined {
  const fault = textFault(cell)
  if (fault === undefined || !cell.includes(LOST_LETTERS)) return fault
  return 'It holds bytes that are no text in the encoding of the file. Save the file as UTF-8, or say its "encoding" in the mapping, such as "windows-1252".'
}

/** Why a line cannot be what was meant: a spreadsheet has cut its digits off. */
export function shortenedFault(text: string): string | undefined {
  if (!SHORTENED.test(text)) return undefined
  return `"${text}" was shortened by a spreadsheet: its last digits are lost. Export the column as text.`
}
