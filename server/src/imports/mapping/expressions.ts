import { WordMap } from '../../values/fold.ts'
import { cleanLine, shown } from '../../values/text.ts'
import { isRefusal, type Refusal } from '../failure.ts'
import { cellFault, plainCell } from '../files/cell-text.ts'
import { type DetailedExpression, type Expression, type Transform, transformsOf } from './mapping.ts'
import { type FullName, isUncertain, splitName, splitTwoSurnames } from './names.ts'
import { splitter } from './split.ts'

type Cells = readonly string[]
/** The text that a mapping's expression gives for a row; null is an empty value. */
export type Evaluate = (cells: Cells) => string | null | Refusal

export interface CompiledExpression {
  evaluate: Evaluate
  /** Columns it reads, for messages; null if none. */
  columns: string | null
}

export interface ExpressionContext {
  /** The place of a column in the rows; throws ImportFailure if the file has no such column. */
  indexOf: (column: string) => number
  /** Whether a word means "empty". */
  isNullWord: (word: string) => boolean
  /** Null is a word for which its file has several values. */
  lookups: ReadonlyMap<string, WordMap<string | null>>
  /** Takes what people should know of a row that goes in all the same. */
  remark: (columns: string | null, note: string) => void
}

/** Words that mean "empty": as they are spelled, or all in capitals or small letters. Mr Null keeps his name. */
export function nullWords(words: readonly string[]): ExpressionContext['isNullWord'] {
  const exact = new Set(words)
  const folded = new Set(words.map((word) => word.toLowerCase()))
  return (word) => {
    if (exact.has(word)) return true
    const small = word.toLowerCase()
    return folded.has(small) && (word === small || word === word.toUpperCase())
  }
}

/** Turns an expression of the mapping into a function of a row. */
export function compileExpression(
  expression: Expression,
  context: ExpressionContext,
  isEmail = false,
): CompiledExpression {
  if (typeof expression === 'string') {
    return { evaluate: readColumn(expression, context), columns: expression }
  }
  const source = compileSource(expression, context)
  const read = readPart(expression, source, context, isEmail)
  const evaluate = withDefault(expression, translate(expression, { ...source, evaluate: read }, context))
  return { evaluate, columns: source.columns }
}

/** The cell without outer blanks; what people see as empty and a null word are null. */
function readColumn(column: string, { indexOf, isNullWord }: ExpressionContext): Evaluate {
  const index = indexOf(column)
  return (cells) => {
    const cell = plainCell(cells[index] ?? '')
    const reason = cellFault(cell)
    if (reason !== undefined) return { column: null, reason }
    const line = cleanLine(cell)
    return line === '' || isNullWord(line) ? null : cell.trim()
  }
}

function compileSource(expression: DetailedExpression, context: ExpressionContext): CompiledExpression {
  const { column, constant, join, separator = ' ' } = expression
  if (column !== undefined) return { evaluate: readColumn(column, context), columns: column }
  if (join === undefined) return { evaluate: () => constant ?? null, columns: null }
  const parts = join.map((part) => readColumn(part, context))
  const evaluate: Evaluate = (cells) => {
    const texts = parts.map((part) => part(cells)).filter((text) => text !== null)
    return texts.find(isRefusal) ?? (texts.length > 0 ? texts.join(separator) : null)
  }
  return { evaluate, columns: join.join(', ') }
}

/** One of several values in a cell. Which others there are is told, unless the mapping has chosen. */
function readPart(
  { split, part }: DetailedExpression,
  { evaluate, columns }: CompiledExpression,
  { isNullWord, remark }: ExpressionContext,
  isEmail: boolean,
): Evaluate {
  if (split === undefined) return evaluate
  const partsOf = splitter(split, isEmail)
  return (cells) => {
    const text = evaluate(cells)
    if (text === null || isRefusal(text)) return text
    const parts = partsOf(text).map((each) => (isNullWord(each) ? null : each))
    if (part !== undefined) return parts[part - 1] ?? null
    const [first = null, ...others] = parts.filter((each) => each !== null)
    if (others.length > 0) {
      remark(
        columns,
        `Only the first of several values was taken; ${others.map(shown).join(', ')} was left out.`,
      )
    }
    return first
  }
}

function translate(
  expression: DetailedExpression,
  { evaluate: read, columns }: CompiledExpression,
  { lookups, remark }: ExpressionContext,
): Evaluate {
  const { present, absent, values, keep_others: keepOthers, lookup } = expression
  if (present !== undefined || absent !== undefined) {
    return (cells) => onText(read(cells), () => present ?? null, absent ?? null)
  }
  const part = transformsOf(expression).flatMap((transform) => nameParts[transform] ?? [])[0]
  if (part) return readName(read, part, (note) => remark(columns, note))
  if (values) {
    const known = new WordMap(Object.entries(values))
    if (keepOthers) return (cells) => onText(read(cells), (text) => known.get(cleanLine(text)) ?? text)
    return (cells) => find(known, read(cells), 'is not among the values that the mapping names')
  }
  if (lookup !== undefined) {
    const known = lookups.get(lookup) ?? new WordMap<string | null>([])
    return (cells) => find(known, read(cells), `is not in the lookup ${lookup}`)
  }
  return read
}

/** What a transform takes of a full name, and whether its rule may be wrong. */
interface NamePart {
  split: (name: string) => FullName
  part: keyof FullName
  /** Told once a row, with the last name. */
  tellsUncertain: boolean
}

const nameParts: Partial<Record<Transform, NamePart>> = {
  first_name: { split: splitName, part: 'first', tellsUncertain: false },
  last_name: { split: splitName, part: 'last', tellsUncertain: true },
  first_name_before_two_surnames: { split: splitTwoSurnames, part: 'first', tellsUncertain: false },
  two_surnames: { split: splitTwoSurnames, part: 'last', tellsUncertain: false },
}

/** Enough for people to see what the matter is. */
const UNCERTAIN_NAMES_TOLD_MAX = 5

function readName(
  read: Evaluate,
  { split, part, tellsUncertain }: NamePart,
  remark: (note: string) => void,
): Evaluate {
  let told = 0
  return (cells) =>
    onText(read(cells), (text) => {
      const name = cleanLine(text)
      const parts = split(name)
      if (tellsUncertain && told < UNCERTAIN_NAMES_TOLD_MAX && isUncertain(name)) {
        told++
        const more = told === UNCERTAIN_NAMES_TOLD_MAX ? ' Further names like this are not told.' : ''
        remark(
          `${shown(name)} was cut into ${shown(parts.first ?? '')} and ${shown(parts.last ?? '')}: the last word is the last name. For names with two surnames there is the transform "two_surnames".${more}`,
        )
      }
      return parts[part]
    })
}

function onText(
  text: string | null | Refusal,
  use: (text: string) => string | null,
  empty: string | null = null,
): string | null | Refusal {
  if (text === null) return empty
  return isRefusal(text) ? text : use(text)
}

function find(
  known: WordMap<string | null>,
  text: string | null | Refusal,
  fault: string,
): string | null | Refusal {
  if (text === null || isRefusal(text)) return text
  const word = cleanLine(text)
  const meaning = known.get(word)
  if (meaning === null) {
    return {
      column: null,
      reason: `${shown(word)} stands for more than one value in its lookup. Mend that file.`,
    }
  }
  return meaning ?? { column: null, reason: `${shown(word)} ${fault}.` }
}

function withDefault({ default: fallback }: DetailedExpression, evaluate: Evaluate): Evaluate {
  if (fallback === undefined) return evaluate
  return (cells) => {
    const value = evaluate(cells)
    return isRefusal(value) ? value : (value ?? fallback)
  }
}
