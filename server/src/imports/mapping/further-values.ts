import { emailKey } from '../../values/email.ts'
import { cleanLine } from '../../values/text.ts'
import { isRefusal, type Refusal } from '../failure.ts'
import type { CellFormat } from './cell-formats.ts'
import { type CellReader, cellReader } from './cells.ts'
import { compileExpression, type Evaluate, type ExpressionContext } from './expressions.ts'
import { columnsRead, type DetailedExpression, type Expression, type RecordMapping } from './mapping.ts'
import type { ImportableField } from './objects.ts'
import type { FieldPlan } from './plan-shape.ts'
import { splitter } from './split.ts'

/** What people see of a further email or phone for which the mapping says no label. */
const USUAL_LABEL = 'other'

/** A field that is a list of what another field of the record, its first one, has once. */
export type ListField = ImportableField & { each: ImportableField }

export function isList(field: ImportableField): field is ListField {
  return field.each !== undefined
}

/**
 * How the cells of a row become a list: all their values in order, but for the first one, which has a field of its own,
 * and what says the same again. The list is JSON as the table has it; null for none.
 */
export function planList(
  field: ListField,
  expression: Expression,
  staged: string,
  first: FieldPlan | undefined,
  context: ExpressionContext & { format: CellFormat },
): FieldPlan {
  const { each, maximum } = field
  const detailed: DetailedExpression = typeof expression === 'string' ? { column: expression } : expression
  const columns = columnsRead(detailed)
  const valuesOf = readAll(columns, detailed, each, context)
  const label = cleanLine(detailed.label ?? USUAL_LABEL)
  return {
    name: field.name,
    refersTo: undefined,
    staged,
    type: 'jsonb',
    columns: columns.join(', '),
    evaluate: (cells) => {
      const values = valuesOf(cells)
      if (!Array.isArray(values)) return values
      const further = withoutRepeated(each, first?.evaluate(cells) ?? null, values)
      if (further.length > maximum) {
        return {
          column: null,
          reason: `It has ${further.length} further ${each.name}s besides the first one; a customer has at most ${maximum}.`,
        }
      }
      return further.length === 0
        ? null
        : JSON.stringify(further.map((value) => ({ label, [each.name]: value })))
    },
    fallback: null,
    required: false,
    fromFile: true,
  }
}

function readAll(
  columns: string[],
  { split }: DetailedExpression,
  each: ImportableField,
  context: ExpressionContext & { format: CellFormat },
): (cells: readonly string[]) => string[] | Refusal {
  const sources = columns.map((column) => compileExpression(column, context).evaluate)
  const partsOf = split === undefined ? (text: string) => [text] : splitter(split, each.kind === 'email')
  const read: CellReader = cellReader(each, context.format)
  return (cells) => {
    const texts = sources.map((source) => source(cells))
    const values = texts
      .filter((text) => typeof text === 'string')
      .flatMap(partsOf)
      .filter((part) => !context.isNullWord(part))
      .map((part) => read(part))
    return [...texts, ...values].find(isRefusal) ?? values.filter((value) => typeof value === 'string')
  }
}

/** As the API judges it: emails by their keys, phones as they are written. */
function withoutRepeated(
  { kind }: ImportableField,
  first: string | null | Refusal,
  values: string[],
): string[] {
  const keyOf = kind === 'email' ? emailKey : (text: string) => text
  const seen = new Set(['', typeof first === 'string' ? keyOf(first) : ''])
  return values.filter((value) => {
    const key = keyOf(value)
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}

/** The expression of a first value whose others go into a list: nothing is left out then, and nothing told. */
export function withOthersInList({ fields }: RecordMapping, name: string): Expression | undefined {
  const expression = fields[name]
  const list = fields[listOf(name)]
  if (typeof expression !== 'object' || typeof list !== 'object') return expression
  const { column, split, part } = expression
  if (split === undefined || part !== undefined || list.split === undefined) return expression
  return column !== undefined && columnsRead(list).includes(column) ? { ...expression, part: 1 } : expression
}

function listOf(name: string): string {
  return `more_${name}s`
}

/** The same for a row that is asked for twice, so that its remarks are made once. */
export function onceForRow(evaluate: Evaluate): Evaluate {
  let last: readonly string[] | undefined
  let value: ReturnType<Evaluate> = null
  return (cells) => {
    if (cells !== last) value = evaluate(cells)
    last = cells
    return value
  }
}
