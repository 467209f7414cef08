import { cleanDomain } from '../../values/domain.ts'
import { cleanEmail, isEmail } from '../../values/email.ts'
import { foldWord, WordMap } from '../../values/fold.ts'
import { cleanLine, cleanText, shown, textFault } from '../../values/text.ts'
import { isRefusal, type Refusal } from '../failure.ts'
import { spoiledFault } from '../files/cell-text.ts'
import type { CellFormat } from './cell-formats.ts'
import { readDate, readTimestamp } from './date-cells.ts'
import { readAmount, readInteger, readShare } from './number-cells.ts'
import type { ImportableField } from './objects.ts'
import { bareAddress } from './split.ts'

/** Folded; also as spreadsheets and people write them in German, French, Spanish, Italian, Portuguese, Dutch and Polish. */
const TRUE_WORDS = new Set(
  '1 true yes y t wahr ja vrai oui verdadero si vero verdadeiro sim waar prawda tak'.split(' '),
)
const FALSE_WORDS = new Set('0 false no n f falsch nein faux non falso nao onwaar nee falsz nie'.split(' '))

/**
 * Makes the text that PostgreSQL gets of one cell that is neither empty nor a null word. `currency` is that of the row,
 * for amounts.
 */
export type CellReader = (text: string, currency?: string) => string | Refusal

function refuse(reason: string): Refusal {
  return { column: null, reason }
}

/** How the cells of a field are read: by the kind of the field, and the way in which the file writes that kind. */
export function cellReader(field: ImportableField, format: CellFormat): CellReader {
  switch (field.kind) {
    case 'integer':
      return (text) => readInteger(text, field, format)
    case 'decimal':
      return (text) => readAmount(text, field, format, undefined)
    case 'amount':
      return (text, currency) => readAmount(text, field, format, currency)
    case 'share':
      return (text) => readShare(text, field, format)
    case 'boolean':
      return (text) => readBoolean(text, format.transforms.has('inverted_boolean'))
    case 'date':
      return (text) => readDate(text, format)
    case 'timestamp':
      return (text) => readTimestamp(text, format)
    case 'choice':
      return choiceReader(field)
    case 'email':
      return (text) => readEmail(text, field)
    case 'pattern':
      return (text) => readPattern(cleanDomain(cleanLine(text)), field)
    case 'text':
      return (text) => readText(text, field)
    default:
      return (text) => readLine(text, field)
  }
}

/** A line break in a field of one line becomes a blank: addresses are often written on several lines. */
function readLine(text: string, field: ImportableField): string | Refusal {
  const spoiled = spoiledFault(text)
  return spoiled === undefined ? withinLimits(text, cleanLine, field) : refuse(spoiled)
}

function readText(text: string, field: ImportableField): string | Refusal {
  return withinLimits(text, cleanText, field)
}

function readEmail(text: string, field: ImportableField): string | Refusal {
  const email = withinLimits(bareAddress(text), cleanEmail, field)
  if (isRefusal(email) || isEmail(email)) return email
  const hint = /@.*@/s.test(text) ? ' If the cell has several, "split" in the mapping takes them apart.' : ''
  return refuse(`${shown(text)} is not an email address.${hint}`)
}

function withinLimits(
  text: string,
  clean: (text: string) => string,
  { lengthMax }: ImportableField,
): string | Refusal {
  const fault = textFault(text)
  if (fault !== undefined) return refuse(fault)
  const kept = clean(text)
  // Only text that is too long by UTF-16 units can be too long by characters.
  if (kept.length > lengthMax && [...kept].length > lengthMax) {
    return refuse(`It is longer than ${lengthMax} characters.`)
  }
  return kept
}

function readPattern(text: string, field: ImportableField): string | Refusal {
  if (text.length > field.lengthMax || !field.pattern?.test(text)) {
    return refuse(`${shown(text)} is not a valid ${field.name}.`)
  }
  return text
}

function choiceReader({ choices }: ImportableField): CellReader {
  const words = new WordMap(choices.map((choice) => [choice, choice]))
  return (text) => words.get(cleanLine(text)) ?? refuse(`${shown(text)} is none of ${choices.join(', ')}.`)
}

function readBoolean(text: string, inverted: boolean): string | Refusal {
  const word = foldWord(cleanLine(text))
  if (TRUE_WORDS.has(word)) return String(!inverted)
  if (FALSE_WORDS.has(word)) return String(inverted)
  return refuse(
    `${shown(text)} is neither yes nor no (1, true, yes, 0, false, no). Other words are named in "values" of the mapping.`,
  )
}
