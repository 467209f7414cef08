import { cellReader } from './cells.ts'
import { compileExpression, type Evaluate, type ExpressionContext } from './expressions.ts'
import { ImportFailure, isRefusal, type Refusal } from './failure.ts'
import type { Expression, FileMapping, Mapping, RecordMapping } from './mapping.ts'
import {
  type ImportableField,
  type ImportableName,
  type ImportableObject,
  importableObjects,
  stagingType,
  WORKSPACE_CURRENCY,
} from './objects.ts'

const EXTERNAL_ID_LENGTH_MAX = 200
const EXTERNAL_ID_SEPARATOR = '/'

/** A field that a file fills, and its column in the staging table. */
export interface FieldPlan {
  name: string
  /** For a reference, what it points to; its staged value is an external id. */
  refersTo: ImportableName | undefined
  /** Name in the staging table, unique among all records of the file. */
  staged: string
  type: string
  /** Columns of the file it comes from, for messages. */
  columns: string | null
  evaluate: Evaluate
}

/** A field whose values are ids of another record in the system that the file comes from. */
export type ReferencePlan = FieldPlan & { refersTo: ImportableName }

/** One record that every row of a file makes. */
export interface RecordPlan {
  object: ImportableObject
  /** Prefix of its columns in the staging table. */
  prefix: string
  /** Several rows may name the same record; the first makes it. */
  shared: boolean
  externalId: FieldPlan
  fields: FieldPlan[]
}

export interface FilePlan {
  file: string
  header: string[]
  /** What a row becomes, e.g. "companies, customers". */
  objects: string
  records: RecordPlan[]
  /** Puts back together what an unquoted delimiter has cut, and refuses rows with missing or surplus cells. */
  arrange: (cells: string[]) => string[] | Refusal
}

interface PlanContext {
  mapping: Mapping
  lookups: ExpressionContext['lookups']
  workspaceCurrency: string
}

/** How the rows of one file become records. Throws ImportFailure if the file lacks a column of the mapping. */
export function planFile(
  { mapping, lookups, workspaceCurrency }: PlanContext,
  fileMapping: FileMapping,
  { header, delimiter }: { header: string[]; delimiter: string },
): FilePlan {
  const { file } = fileMapping
  const context: ExpressionContext = {
    indexOf: (column) => columnIndex(header, column, file),
    nullWords: new Set(mapping.null_words ?? []),
    lookups,
  }
  const records = fileMapping.records.map((record, index) =>
    planRecord(record, `r${index}_`, context, workspaceCurrency),
  )
  const open = fileMapping.unquoted_delimiters_in
  const arrange = arranger(header, delimiter, open === undefined ? undefined : context.indexOf(open))
  return { file, header, objects: records.map(({ object }) => object.name).join(', '), records, arrange }
}

/** Where a column stands. Throws ImportFailure if the header does not have it exactly once. */
export function columnIndex(header: string[], column: string, file: string): number {
  const index = header.indexOf(column)
  if (index === -1) {
    throw new ImportFailure(
      `${file} has no column "${column}", which the mapping reads; it has ${header.join(', ')}. Nothing was imported.`,
    )
  }
  if (header.lastIndexOf(column) !== index) {
    throw new ImportFailure(`${file} has two columns called "${column}". Rename one; nothing was imported.`)
  }
  return index
}

function planRecord(
  record: RecordMapping,
  prefix: string,
  context: ExpressionContext,
  workspaceCurrency: string,
): RecordPlan {
  const object = importableObjects[record.object]
  const fields: FieldPlan[] = []
  for (const field of object.fields.values()) {
    const fallback = field.fallback === WORKSPACE_CURRENCY ? workspaceCurrency : field.fallback
    const expression = record.fields[field.name] ?? (fallback === null ? undefined : { constant: fallback })
    if (expression === undefined) continue
    fields.push(planField({ ...field, fallback }, expression, prefix, context))
  }
  return {
    object,
    prefix,
    shared: record.shared ?? false,
    externalId: planExternalId(record, prefix, context),
    fields,
  }
}

function planField(
  field: ImportableField,
  expression: Expression,
  prefix: string,
  context: ExpressionContext,
): FieldPlan {
  const { evaluate, columns } = compileExpression(expression, context)
  const transform = typeof expression === 'string' ? undefined : expression.transform
  const read = field.kind === 'reference' ? readExternalId : cellReader(field, transform)
  return {
    name: field.name,
    refersTo: field.refersTo,
    staged: `${prefix}${field.name}`,
    type: stagingType(field),
    columns,
    evaluate: (cells) => {
      const text = evaluate(cells)
      if (isRefusal(text)) return text
      if (text !== null) return read(text)
      return field.required
        ? { column: null, reason: `It is empty, and ${field.name} is needed.` }
        : field.fallback
    },
  }
}

function readExternalId(text: string): string | Refusal {
  if (text.length <= EXTERNAL_ID_LENGTH_MAX && !text.includes('\0')) return text
  return { column: null, reason: `It is longer than the ${EXTERNAL_ID_LENGTH_MAX} characters of an id.` }
}

/** In an id of several columns none may be missing, or two rows could get the same one. */
function planExternalId(
  { external_id }: RecordMapping,
  prefix: string,
  context: ExpressionContext,
): FieldPlan {
  const columns = typeof external_id === 'string' ? [external_id] : external_id
  const parts = columns.map((column) => compileExpression(column, context).evaluate)
  const evaluate: Evaluate = (cells) => {
    const texts = parts.map((part) => part(cells))
    if (texts.includes(null)) return { column: null, reason: 'It is empty, and tells the rows apart.' }
    return readExternalId(texts.join(EXTERNAL_ID_SEPARATOR))
  }
  return {
    name: 'external_id',
    refersTo: undefined,
    staged: `${prefix}external_id`,
    type: 'text',
    columns: columns.join(', '),
    evaluate,
  }
}

function arranger(header: string[], delimiter: string, open: number | undefined): FilePlan['arrange'] {
  return (cells) => {
    const surplus = cells.length - header.length
    if (surplus === 0) return cells
    // Some programs end every row with delimiters.
    if (surplus > 0 && open === undefined && cells.slice(header.length).every((cell) => cell === ''))
      return cells
    if (surplus < 0 || open === undefined) {
      return { column: null, reason: `The row has ${cells.length} cells, the header ${header.length}.` }
    }
    const joined = cells.slice(open, open + surplus + 1).join(delimiter)
    return [...cells.slice(0, open), joined, ...cells.slice(open + surplus + 1)]
  }
}

/** Every staged column of a file, in the order in which `stageRow` gives their values. */
export function stagedColumns({ records }: FilePlan): FieldPlan[] {
  return records.flatMap(({ externalId, fields }) => [externalId, ...fields])
}

/** The values of a row for `stagedColumns`, or why it does not go in. */
export function stageRow(plan: FilePlan, cells: string[]): (string | null)[] | Refusal {
  const arranged = plan.arrange(cells)
  if (!Array.isArray(arranged)) return arranged
  const values: (string | null)[] = []
  for (const record of plan.records) {
    const missing = new Set(record.object.needsOneOf)
    for (const { name, columns, evaluate } of [record.externalId, ...record.fields]) {
      const value = evaluate(arranged)
      if (isRefusal(value)) return { column: columns, reason: value.reason }
      if (value !== null && value !== '') missing.delete(name)
      values.push(value)
    }
    if (missing.size > 0 && missing.size === record.object.needsOneOf.length) return noneOf(record.object)
  }
  return values
}

function noneOf({ singular, needsOneOf }: ImportableObject): Refusal {
  return {
    column: null,
    reason: `A ${singular} needs at least one of ${needsOneOf.join(', ')}; all are empty.`,
  }
}
