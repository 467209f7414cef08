import { shortened, textFault } from '../../values/text.ts'

/** ="01234", with which programs keep spreadsheets from taking the zero away. */
const ARMOURED = /^\s*="((?:[^"]|"")*)"\s*$/
/** An apostrophe before what a spreadsheet would work out or take for a number says that it is text. */
const TEXT_MARK = /^'(?=[\t\r]|\s*[=+\-@＝＋－＠]|[\d(][\d\s()/.,+-]*$)/
const FORMULA = /^(?:[\t\r]|\s*[=+\-@＝＋－＠])/
const MAYBE_MARKED = /^(?:'|\s*=)/
/** As spreadsheets show a long number: one digit, a fraction, the exponent. */
const SHORTENED = /^[+-]?(?:\d(?:[.,]\d+)?[eE]\+\d{2,3}|\d[.,]\d+[eE]\d{2})$/
/** What spreadsheets show instead of a value: a formula that failed, by its English, German, French, Spanish, Italian and Portuguese name. */
const FAILED_FORMULA =
  /^#(?:N\/[AD]|NV|NOM\?|[¡¿]?(?:REF|BEZUG|RIF|NAME|NOMBRE|NOME|VALUE|VALOR|VALEUR|WERT|VALORE|DIV\/0|NUM|ZAHL|NOMBRE|NULL|NULO|NUL|NULLO|SPILL|CALC)[!?])$/
/** And for a number or a date that its column is too narrow for. */
const TOO_NARROW = /^#{4,}$/
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

/** Why a line cannot be what was meant: a spreadsheet has left something else in its place. */
export function spoiledFault(text: string): string | undefined {
  if (SHORTENED.test(text)) {
    return `"${text}" was shortened by a spreadsheet: its last digits are lost. Export the column as text.`
  }
  if (!text.startsWith('#')) return undefined
  if (FAILED_FORMULA.test(text)) {
    return `"${text}" is what a spreadsheet shows where a formula failed. Mend it there; if it means that there is nothing, name it in "null_words" of the mapping.`
  }
  if (TOO_NARROW.test(text)) {
    return `"${shortened(text)}" is what a spreadsheet shows where a column is too narrow. Widen it there and export again.`
  }
  return undefined
}
