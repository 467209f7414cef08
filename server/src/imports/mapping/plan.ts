import { WORKSPACE_CURRENCY } from '../../records/kind.ts'
import { cleanLine } from '../../values/text.ts'
import { ImportFailure, isRefusal, type Refusal } from '../failure.ts'
import type { CsvFile } from '../files/csv.ts'
import { type CsvRow, isMarked } from '../files/csv-rows.ts'
import { ownColumns } from '../files/error-file.ts'
import { type CellFormat, formatOfField, formatOfFile, mappingFormat } from './cell-formats.ts'
import { type CellReader, cellReader } from './cells.ts'
import { columnIndex, placesOf } from './columns.ts'
import { compileExpression, type ExpressionContext, nullWords } from './expressions.ts'
import { isList, onceForRow, planList, withOthersInList } from './further-values.ts'
import {
  type Expression,
  type FileMapping,
  type Mapping,
  type RecordMapping,
  transformsOf,
} from './mapping.ts'
import { type ImportableField, type ImportableObject, importableObjects, stagingType } from './objects.ts'
import type { FieldPlan, FilePlan, RecordPlan, Remark } from './plan-shape.ts'
import { type RefusedLine, refusedLine, unreadLine } from './refused-lines.ts'
import { compileRowId, readExternalId } from './row-ids.ts'

interface PlanContext {
  mapping: Mapping
  lookups: ExpressionContext['lookups']
  workspaceCurrency: string
  workspaceZone: string
}

interface RecordContext extends ExpressionContext {
  file: string
  /** The cells of a row that say what it is; all of them, but for those of an error file. */
  ownCells: number
  format: CellFormat
  workspaceCurrency: string
  /** Of the row's amounts. */
  currencyOf: (cells: readonly string[]) => string
}

/** How the rows of one file become records. Throws ImportFailure if the file lacks a column of the mapping. */
export function planFile(
  { mapping, lookups, workspaceCurrency, workspaceZone }: PlanContext,
  fileMapping: FileMapping,
  { header, delimiter, hasSeparatorLine }: Pick<CsvFile, 'header' | 'delimiter' | 'hasSeparatorLine'>,
): FilePlan {
  const { file } = fileMapping
  const remarks: Remark[] = []
  const context: ExpressionContext = {
    indexOf: (column) => columnIndex(header, column, file),
    isNullWord: nullWords(mapping.null_words ?? []),
    lookups,
    remark: (column, note) => remarks.push({ column, note }),
  }
  const own = ownColumns(header)
  const records = fileMapping.records.map((record, index) =>
    planRecord(record, `r${index}_`, {
      ...context,
      file,
      ownCells: own === header.length ? Number.POSITIVE_INFINITY : own,
      format: formatOfFile(mapping, fileMapping, workspaceZone),
      workspaceCurrency,
      currencyOf: currencyReader(record, fileMapping, context, workspaceCurrency),
    }),
  )
  const open = fileMapping.unquoted_delimiters_in
  const arrange = arranger(header, delimiter, open === undefined ? undefined : context.indexOf(open))
  const linesFollow = mapping.files.some((each) =>
    each.records.some(({ object }) => object === 'order_items'),
  )
  const objects = records.map(({ object }) => object.name).join(', ')
  const dialect = {
    delimiter,
    separator_line: hasSeparatorLine,
    quote_escape: fileMapping.quote_escape ?? null,
  }
  const leadingIds = countLeadingIds(header, fileMapping.records)
  return { file, header, dialect, objects, records, linesFollow, leadingIds, remarks, arrange }
}

function countLeadingIds(header: string[], records: RecordMapping[]): number {
  const ids = records.flatMap(({ object, external_id = [], fields }) => {
    const references = Object.entries(fields).flatMap(([name, expression]) =>
      importableObjects[object].fields.get(name)?.kind === 'reference' ? [expression] : [],
    )
    return [external_id, ...references].flat()
  })
  const places = new Set(
    ids.flatMap((column) => (typeof column === 'string' ? placesOf(header, column) : [])),
  )
  const others = header.findIndex((_, index) => !places.has(index))
  return others === -1 ? header.length : others
}

/** Amounts are in the currency of their record, lines in that of the order that the row names too, else the workspace's. */
function currencyReader(
  record: RecordMapping,
  { records }: FileMapping,
  context: ExpressionContext,
  workspaceCurrency: string,
): RecordContext['currencyOf'] {
  const order =
    record.object === 'order_items' ? records.find(({ object }) => object === 'orders') : undefined
  const expression = record.fields.currency ?? order?.fields.currency
  const evaluate = expression === undefined ? undefined : compileExpression(expression, context).evaluate
  return (cells) => {
    const currency = evaluate?.(cells)
    return typeof currency === 'string' ? cleanLine(currency).toUpperCase() : workspaceCurrency
  }
}

function planRecord(record: RecordMapping, prefix: string, context: RecordContext): RecordPlan {
  const { workspaceCurrency } = context
  const object = importableObjects[record.object]
  const fields: FieldPlan[] = []
  for (const field of object.fields.values()) {
    const fallback = field.fallback === WORKSPACE_CURRENCY ? workspaceCurrency : field.fallback
    const expression =
      withOthersInList(record, field.name) ?? (fallback === null ? undefined : { constant: fallback })
    if (expression === undefined) continue
    if (isList(field)) {
      const first = fields.find(({ name }) => name === field.each.name)
      if (first) first.evaluate = onceForRow(first.evaluate)
      fields.push(planList(field, expression, `${prefix}${field.name}`, first, context))
    } else {
      fields.push(planField({ ...field, fallback }, expression, prefix, context))
    }
  }
  return {
    object,
    prefix,
    shared: record.shared ?? false,
    update: record.existing === 'update',
    overwrite: record.overwrite ?? false,
    restore: record.in_trash === 'restore',
    externalId: planExternalId(record, prefix, context),
    fields,
  }
}

function planField(
  field: ImportableField,
  expression: Expression,
  prefix: string,
  context: RecordContext,
): FieldPlan {
  const detailed = typeof expression === 'string' ? { column: expression } : expression
  const isReference = field.kind === 'reference'
  const transforms = transformsOf(expression)
  const ownWords = detailed.constant ?? detailed.present ?? detailed.absent ?? detailed.values
  const format =
    ownWords === undefined || detailed.keep_others ? context.format : mappingFormat(context.format)
  const read: CellReader = isReference ? readExternalId : cellReader(field, formatOfField(format, transforms))
  const isAmount = field.kind === 'amount'
  // A reference is looked up as the row has it, so that its default has to be there too.
  const { default: given, ...bare } = detailed
  const { evaluate, columns } = compileExpression(
    isReference ? detailed : bare,
    context,
    field.kind === 'email',
  )
  const fallback =
    (isReference ? null : readDefault(field, given, cellReader(field, mappingFormat(format)))) ??
    field.fallback
  return {
    name: field.name,
    refersTo: field.refersTo,
    staged: `${prefix}${field.name}`,
    type: stagingType(field),
    columns,
    evaluate: (cells) => {
      const text = evaluate(cells)
      if (text === null || text === '') return null
      return isRefusal(text)
        ? text
        : emptyAsNull(read(text, isAmount ? context.currencyOf(cells) : undefined))
    },
    fallback,
    required: field.required && fallback === null,
    fromFile: detailed.constant === undefined,
  }
}

/** What is not there for people is no value. */
function emptyAsNull(value: string | Refusal): string | null | Refusal {
  return value === '' ? null : value
}

function readDefault(
  { name }: ImportableField,
  given: string | undefined,
  read: CellReader,
): string | null | undefined {
  if (given === undefined || given === '') return undefined
  const value = read(given)
  if (!isRefusal(value)) return value
  throw new ImportFailure(`The default of ${name} cannot be used: ${value.reason} Nothing was imported.`)
}

function planExternalId(record: RecordMapping, prefix: string, context: RecordContext): FieldPlan {
  return {
    ...compileRowId(record, context),
    name: 'external_id',
    refersTo: undefined,
    staged: `${prefix}external_id`,
    type: 'text',
    fallback: null,
    required: true,
    fromFile: true,
  }
}

const STILL_TO_MEND =
  'It is still as it was refused before: mend it, then delete the cell behind its last column that says so.'

function arranger(header: string[], delimiter: string, open: number | undefined): FilePlan['arrange'] {
  return (cells) => {
    const surplus = cells.length - header.length
    if (surplus > 0 && isMarked(cells)) return { column: null, reason: STILL_TO_MEND }
    // Some programs leave empty cells at the end out, and some end every row with delimiters.
    if (surplus <= 0) return cells
    if (open === undefined && cells.slice(header.length).every((cell) => cell.trim() === '')) return cells
    if (open === undefined) {
      return { column: null, reason: `The row has ${cells.length} cells, the header ${header.length}.` }
    }
    const joined = cells.slice(open, open + surplus + 1).join(delimiter)
    return [...cells.slice(0, open), joined, ...cells.slice(open + surplus + 1)]
  }
}

/** A column of the staging table. */
export interface StagedColumn {
  staged: string
  type: string
}

/** What a row of a shared record lacks to make it, and the column that should say it. */
export function lackingColumns({ prefix }: RecordPlan): { what: string; where: string } {
  return { what: `${prefix}lacks`, where: `${prefix}lacks_in` }
}

/** Every staged column of a file, in the order in which `stageRow` gives their values. */
export function stagedColumns({ records }: FilePlan): StagedColumn[] {
  return records.flatMap((record) => {
    const { what, where } = lackingColumns(record)
    const lacking = [what, where].map((staged) => ({ staged, type: 'text' }))
    const said = { staged: `${record.prefix}said`, type: 'int' }
    return [
      record.externalId,
      ...record.fields,
      ...(record.shared ? lacking : []),
      ...(record.update ? [said] : []),
    ]
  })
}

/** A row as PostgreSQL gets it, or why it does not go in, with the line of an order that it would have been. */
export type StagedRow =
  | { values: (string | null)[]; remarks: Remark[] }
  | { refusal: Refusal; line: RefusedLine | undefined }

export function stageRow(plan: FilePlan, row: CsvRow): StagedRow {
  const { cells, fault } = row
  plan.remarks.length = 0
  const arranged = fault === undefined ? plan.arrange(cells) : { column: null, reason: fault }
  if (!Array.isArray(arranged)) return { refusal: arranged, line: unreadLine(plan, row) }
  const values: (string | null)[] = []
  for (const record of plan.records) {
    const staged = stageRecord(record, arranged)
    if (!Array.isArray(staged)) return { refusal: staged, line: refusedLine(plan, arranged) }
    values.push(...staged)
  }
  return { values, remarks: plan.remarks.slice() }
}

function stageRecord(record: RecordPlan, cells: string[]): (string | null)[] | Refusal {
  const { object, externalId, fields, shared, update } = record
  // What rows of earlier batches have said is told later.
  const said = update ? [null] : []
  const values: (string | null)[] = []
  const sought = new Set(object.needsOneOf)
  let lacking: FieldPlan | undefined
  for (const field of [externalId, ...fields]) {
    const value = field.evaluate(cells)
    if (isRefusal(value)) return { column: field.columns, reason: value.reason }
    if (value === null && field.required) lacking ??= field
    if ((value ?? field.fallback ?? '') !== '') sought.delete(field.name)
    values.push(value)
  }
  const hasNone = sought.size > 0 && sought.size === object.needsOneOf.length
  if (shared) {
    const what = lacking?.name ?? (hasNone ? object.needsOneOf.join(', ') : null)
    return [...values, what, lacking?.columns ?? null, ...said]
  }
  if (lacking) return { column: lacking.columns, reason: `It is empty, and ${lacking.name} is needed.` }
  return hasNone ? noneOf(object) : [...values, ...said]
}

function noneOf({ singular, needsOneOf }: ImportableObject): Refusal {
  return {
    column: null,
    reason: `A ${singular} needs at least one of ${needsOneOf.join(', ')}; all are empty.`,
  }
}
