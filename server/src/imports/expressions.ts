import { isRefusal, type Refusal } from './failure.ts'
import type { DetailedExpression, Expression } from './mapping.ts'

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
  /** Words that mean "empty". */
  nullWords: ReadonlySet<string>
  lookups: ReadonlyMap<string, ReadonlyMap<string, string>>
}

const FIRST_NAMES = /^(.*)\s+(\S+)$/s

/** Turns an expression of the mapping into a function of a row. */
export function compileExpression(expression: Expression, context: ExpressionContext): CompiledExpression {
  if (typeof expression === 'string') {
    return { evaluate: readColumn(expression, context), columns: expression }
  }
  const source = compileSource(expression, context)
  const evaluate = withDefault(expression, translate(expression, source.evaluate, context))
  return { evaluate, columns: source.columns }
}

/** The cell without outer blanks; an empty one or a null word is null. */
function readColumn(
  column: string,
  { indexOf, nullWords }: ExpressionContext,
): (cells: Cells) => string | null {
  const index = indexOf(column)
  return (cells) => {
    const text = (cells[index] ?? '').trim()
    return text === '' || nullWords.has(text) ? null : text
  }
}

function compileSource(expression: DetailedExpression, context: ExpressionContext) {
  const { column, constant, join, separator = ' ' } = expression
  if (column !== undefined) return { evaluate: readColumn(column, context), columns: column }
  if (join === undefined) return { evaluate: () => constant ?? null, columns: null }
  const parts = join.map((part) => readColumn(part, context))
  const evaluate = (cells: Cells) => {
    const texts = parts.map((part) => part(cells)).filter((text) => text !== null)
    return texts.length > 0 ? texts.join(separator) : null
  }
  return { evaluate, columns: join.join(', ') }
}

function translate(
  { present, absent, transform, values, keep_others: keepOthers, lookup }: DetailedExpression,
  read: (cells: Cells) => string | null,
  { lookups }: ExpressionContext,
): Evaluate {
  if (present !== undefined || absent !== undefined) {
    return (cells) => (read(cells) === null ? absent : present) ?? null
  }
  if (transform === 'first_name') return (cells) => splitName(read(cells)).first
  if (transform === 'last_name') return (cells) => splitName(read(cells)).last
  if (values) {
    const known = new Map(Object.entries(values))
    if (keepOthers) return (cells) => keep(known, read(cells))
    return (cells) => find(known, read(cells), 'is not among the values that the mapping names')
  }
  if (lookup !== undefined) {
    const known = lookups.get(lookup) ?? new Map<string, string>()
    return (cells) => find(known, read(cells), `is not in the lookup ${lookup}`)
  }
  return read
}

/** The last word is the last name; a single word is a last name. */
function splitName(name: string | null): { first: string | null; last: string | null } {
  const match = name === null ? null : FIRST_NAMES.exec(name)
  return { first: match?.[1] ?? null, last: match?.[2] ?? name }
}

function find(
  known: ReadonlyMap<string, string>,
  text: string | null,
  fault: string,
): string | null | Refusal {
  if (text === null) return null
  return known.get(text) ?? { column: null, reason: `"${text.slice(0, 60)}" ${fault}.` }
}

function keep(known: ReadonlyMap<string, string>, text: string | null): string | null {
  return text === null ? null : (known.get(text) ?? text)
}

function withDefault({ default: fallback }: DetailedExpression, evaluate: Evaluate): Evaluate {
  if (fallback === undefined) return evaluate
  return (cells) => {
    const value = evaluate(cells)
    return isRefusal(value) ? value : (value ?? fallback)
  }
}
