import { cleanLine } from '../../values/text.ts'
import { canDecode } from '../files/encodings.ts'
import type {
  DetailedExpression,
  Expression,
  FileMapping,
  Mapping,
  RecordMapping,
  Transform,
} from './mapping.ts'
import { transformsOf } from './mapping.ts'
import { type FieldKind, type ImportableObject, importableObjects } from './objects.ts'

const days: readonly FieldKind[] = ['date', 'timestamp']
const numbers: readonly FieldKind[] = ['integer', 'decimal', 'amount', 'share']
const transformKinds: Record<Transform, readonly FieldKind[]> = {
  first_name: ['line', 'text'],
  last_name: ['line', 'text'],
  first_name_before_two_surnames: ['line', 'text'],
  two_surnames: ['line', 'text'],
  inverted_boolean: ['boolean'],
  day_first: days,
  month_first: days,
  year_first: days,
  excel_serial: days,
  unix_time: days,
  decimal_point: numbers,
  decimal_comma: numbers,
  swiss: numbers,
  indian: numbers,
  round: ['decimal', 'amount', 'share'],
  percent: ['share'],
  share: ['share'],
}
/** Of each of these a field takes one. */
const alternatives: readonly (readonly Transform[])[] = [
  ['first_name', 'last_name', 'first_name_before_two_surnames', 'two_surnames'],
  ['day_first', 'month_first', 'year_first'],
  ['decimal_point', 'decimal_comma', 'swiss', 'indian'],
  ['percent', 'share'],
]

/** What a mapping of the right shape still gets wrong, a sentence for each fault, with its place. */
export function checkMeaning(mapping: Mapping): string[] {
  const lookups = Object.entries(mapping.lookups ?? {}).flatMap(([name, { encoding }]) =>
    checkEncoding(encoding).map((fault) => `/lookups/${name}${fault}`),
  )
  const files = mapping.files.flatMap((file, index) =>
    checkFile(mapping, file).map((fault) => `/files/${index}${fault}`),
  )
  return [...checkFormats(mapping), ...lookups, ...files]
}

function checkFormats({ month_names, time_zone }: Pick<Mapping, 'month_names' | 'time_zone'>): string[] {
  const faults: string[] = []
  if (month_names !== undefined && !isLocale(month_names)) {
    faults.push(`/month_names: "${month_names}" is no language, such as de or pt-BR.`)
  }
  if (time_zone !== undefined && !isTimeZone(time_zone)) {
    faults.push(`/time_zone: "${time_zone}" is no time zone, such as Europe/Berlin.`)
  }
  return faults
}

function isLocale(locale: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0
  } catch {
    return false
  }
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).format(0) !== ''
  } catch {
    return false
  }
}

function checkFile(mapping: Mapping, file: FileMapping): string[] {
  const { encoding, records } = file
  const faults = records.flatMap((record, index) =>
    checkRecord(mapping, record).map((fault) => `/records/${index}${fault}`),
  )
  return [...checkEncoding(encoding), ...checkFormats(file), ...faults]
}

function checkEncoding(encoding: string | undefined): string[] {
  if (encoding === undefined || canDecode(encoding)) return []
  return [
    `/encoding: "${encoding}" is not known; name one like utf-8, utf-16le, windows-1252, iso-8859-15 or shift_jis.`,
  ]
}

function checkRecord(mapping: Mapping, record: RecordMapping): string[] {
  const object = importableObjects[record.object]
  const fields = Object.entries(record.fields).flatMap(([name, expression]) =>
    checkField(mapping, object, name, expression).map((fault) => `/fields/${name}: ${fault}`),
  )
  return [...fields, ...missingFields(object, record), ...checkExisting(record)]
}

function checkExisting(record: RecordMapping): string[] {
  const { object, external_id, without_id, shared, existing, overwrite, in_trash } = record
  const faults: string[] = []
  if (external_id === undefined && shared) {
    faults.push('/external_id: rows that share a record need an id that they have in common.')
  }
  if (external_id === undefined && (without_id !== undefined || existing === 'update')) {
    faults.push('/external_id: without it a row that says something else is another row.')
  }
  if (overwrite !== undefined && existing !== 'update') {
    faults.push('/overwrite: it goes only with "existing": "update".')
  }
  if (object === 'order_items' && in_trash !== undefined) {
    faults.push('/in_trash: lines lie in the trash with their order; say it there.')
  }
  if (object === 'order_items' && overwrite !== undefined) {
    faults.push('/overwrite: lines that a person has replaced are never overwritten.')
  }
  return faults
}

function missingFields(object: ImportableObject, record: RecordMapping): string[] {
  const missing = [...object.fields.values()]
    .filter((field) => field.required && !(field.name in record.fields))
    .map((field) => `/fields: ${field.name} is needed for ${object.name}.`)
  const { needsOneOf } = object
  if (needsOneOf.length > 0 && !needsOneOf.some((name) => name in record.fields)) {
    missing.push(`/fields: ${object.name} need at least one of ${needsOneOf.join(', ')}.`)
  }
  return missing
}

function checkField(
  mapping: Mapping,
  object: ImportableObject,
  name: string,
  expression: Expression,
): string[] {
  const field = object.fields.get(name)
  if (!field) {
    return [`${object.name} have no such field; they have ${[...object.fields.keys()].join(', ')}.`]
  }
  if (typeof expression === 'string') return []
  if (field.each) return checkList(expression)
  const { lookup } = expression
  const faults = [...checkForm(expression), ...checkTransforms(transformsOf(expression), field.kind)]
  if (lookup !== undefined && !(lookup in (mapping.lookups ?? {}))) {
    faults.push(`there is no lookup "${lookup}"; declare it under /lookups.`)
  }
  return faults
}

/** A list takes all that its columns say; which of them has a field of its own is found by itself. */
function checkList({ column, join, split, label, ...rest }: DetailedExpression): string[] {
  const faults: string[] = []
  if ((column === undefined) === (join === undefined)) faults.push('give either column or join.')
  if (label !== undefined && cleanLine(label) === '') faults.push('the label is empty.')
  const others = Object.keys(rest)
  if (others.length > 0) {
    faults.push(`${others.join(', ')} does not go with a list, which takes column or join, split and label.`)
  }
  return faults
}

function checkTransforms(transforms: Transform[], kind: FieldKind): string[] {
  const unfit = transforms
    .filter((transform) => !transformKinds[transform].includes(kind))
    .map((transform) => `"${transform}" does not fit this field, which is a ${kind}.`)
  const rivals = alternatives
    .map((group) => group.filter((transform) => transforms.includes(transform)))
    .filter((group) => group.length > 1)
    .map((group) => `give one of ${group.join(', ')}.`)
  return [...unfit, ...rivals]
}

function checkForm({
  column,
  constant,
  join,
  separator,
  split,
  part,
  label,
  present,
  absent,
  ...rest
}: DetailedExpression): string[] {
  const faults: string[] = []
  const sources = [column, constant, join].filter((source) => source !== undefined)
  if (sources.length !== 1) faults.push('give exactly one of column, constant and join.')
  if (split !== undefined && column === undefined) faults.push('split goes only with column.')
  if (label !== undefined) faults.push('label goes only with more_emails and more_phones.')
  if (part !== undefined && split === undefined) faults.push('part goes only with split.')
  if (separator !== undefined && join === undefined) faults.push('separator goes only with join.')
  const presence = present !== undefined || absent !== undefined
  if (presence && (column === undefined || Object.keys(rest).length > 0)) {
    faults.push('present and absent go only with column.')
  }
  if (constant !== undefined && Object.keys(rest).length > 0) faults.push('constant stands alone.')
  if (rest.lookup !== undefined && rest.values !== undefined) faults.push('give lookup or values, not both.')
  if (rest.keep_others !== undefined && rest.values === undefined) {
    faults.push('keep_others goes only with values.')
  }
  return faults
}
