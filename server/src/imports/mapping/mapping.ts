import { type Static, Type } from 'typebox'
import { lifecycleStages } from '../../vocabulary.ts'
import { importableNames } from './objects.ts'

/** Files that one import reads, with those it only looks values up in. */
export const FILES_MAX = 50
const RECORDS_PER_FILE_MAX = 5
const FIELDS_MAX = 60
const COLUMNS_JOINED_MAX = 10
const WORDS_MAX = 1_000
const NAME_LENGTH_MAX = 200
const VALUE_LENGTH_MAX = 1_000
/** Of a further email or phone, as in the API. */
const LABEL_LENGTH_MAX = 30

export const transforms = [
  'first_name',
  'last_name',
  'first_name_before_two_surnames',
  'two_surnames',
  'inverted_boolean',
  'day_first',
  'month_first',
  'year_first',
  'excel_serial',
  'unix_time',
  'decimal_point',
  'decimal_comma',
  'swiss',
  'indian',
  'round',
  'percent',
  'share',
] as const
export type Transform = (typeof transforms)[number]
const TRANSFORMS_MAX = 5

const Name = Type.String({ minLength: 1, maxLength: NAME_LENGTH_MAX })
const Word = Type.String({ maxLength: VALUE_LENGTH_MAX })
/** A file is named, never reached by a path. */
const FileName = Type.String({
  minLength: 1,
  maxLength: NAME_LENGTH_MAX,
  pattern: '^(?!\\.{1,2}$)[^/\\\\\\u0000-\\u001f\\u007f]+$',
})

/** Where a value comes from: a column, or one of these forms. `checkMeaning` says which go together. */
const Detailed = Type.Object(
  {
    column: Type.Optional(Name),
    constant: Type.Optional(Word),
    join: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: COLUMNS_JOINED_MAX })),
    separator: Type.Optional(Type.String({ maxLength: 10 })),
    split: Type.Optional(
      Type.Union([
        Type.Literal(true),
        Type.Array(Type.String({ minLength: 1, maxLength: 10 }), { minItems: 1, maxItems: 10 }),
      ]),
    ),
    part: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
    label: Type.Optional(Type.String({ minLength: 1, maxLength: LABEL_LENGTH_MAX })),
    transform: Type.Optional(
      Type.Union([Type.Enum(transforms), Type.Array(Type.Enum(transforms), { maxItems: TRANSFORMS_MAX })]),
    ),
    lookup: Type.Optional(Name),
    values: Type.Optional(Type.Record(Type.String(), Word, { maxProperties: WORDS_MAX })),
    keep_others: Type.Optional(Type.Boolean()),
    present: Type.Optional(Word),
    absent: Type.Optional(Word),
    default: Type.Optional(Word),
  },
  { additionalProperties: false },
)
export type DetailedExpression = Static<typeof Detailed>
const Expression = Type.Union([Name, Detailed])
export type Expression = Static<typeof Expression>

const RecordMapping = Type.Object(
  {
    object: Type.Enum([...importableNames]),
    external_id: Type.Optional(
      Type.Union([Name, Type.Array(Name, { minItems: 1, maxItems: COLUMNS_JOINED_MAX })]),
    ),
    without_id: Type.Optional(Type.Enum(['refuse', 'content'])),
    shared: Type.Optional(Type.Boolean()),
    existing: Type.Optional(Type.Enum(['keep', 'update'])),
    overwrite: Type.Optional(Type.Boolean()),
    in_trash: Type.Optional(Type.Enum(['report', 'restore'])),
    fields: Type.Record(Type.String(), Expression, { maxProperties: FIELDS_MAX }),
  },
  { additionalProperties: false },
)
export type RecordMapping = Static<typeof RecordMapping>

/** How numbers, dates and times are written, in a file or in all of them; a field's transforms go before it. */
const Formats = {
  numbers: Type.Optional(Type.Enum(['decimal_point', 'decimal_comma', 'swiss', 'indian'])),
  dates: Type.Optional(Type.Enum(['day_first', 'month_first', 'year_first'])),
  month_names: Type.Optional(Name),
  time_zone: Type.Optional(Name),
}

const FileMapping = Type.Object(
  {
    file: FileName,
    ...Formats,
    delimiter: Type.Optional(Type.Enum([',', ';', '\t', '|'])),
    encoding: Type.Optional(Name),
    quote_escape: Type.Optional(Type.Enum(['\\'])),
    unquoted_delimiters_in: Type.Optional(Name),
    records: Type.Array(RecordMapping, { minItems: 1, maxItems: RECORDS_PER_FILE_MAX }),
  },
  { additionalProperties: false },
)
export type FileMapping = Static<typeof FileMapping>

export const Mapping = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,49}$' }),
    description: Type.Optional(Type.String({ maxLength: VALUE_LENGTH_MAX })),
    null_words: Type.Optional(Type.Array(Word, { maxItems: 20 })),
    ...Formats,
    lookups: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object(
          { file: FileName, key: Name, value: Name, encoding: Type.Optional(Name) },
          { additionalProperties: false },
        ),
        { maxProperties: FILES_MAX },
      ),
    ),
    files: Type.Array(FileMapping, { minItems: 1, maxItems: FILES_MAX }),
    finish: Type.Optional(
      Type.Object(
        {
          assign_representative_of_latest_order: Type.Optional(Type.Boolean()),
          lifecycle_stage_with_orders: Type.Optional(Type.Enum(lifecycleStages)),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type Mapping = Static<typeof Mapping>

/** The columns that a file must have, each once. */
export function columnsOf({ unquoted_delimiters_in, records }: FileMapping): string[] {
  const columns = records.flatMap(({ external_id, fields }) => [
    ...(external_id === undefined ? [] : [external_id].flat()),
    ...Object.values(fields).flatMap(columnsRead),
  ])
  return [...new Set(unquoted_delimiters_in === undefined ? columns : [unquoted_delimiters_in, ...columns])]
}

/** The columns that an expression reads. */
export function columnsRead(expression: Expression): string[] {
  if (typeof expression === 'string') return [expression]
  return expression.join ?? (expression.column === undefined ? [] : [expression.column])
}

/** The special ways in which the column of an expression is read. */
export function transformsOf(expression: Expression): Transform[] {
  return typeof expression === 'string' ? [] : [expression.transform ?? []].flat()
}

/** Every file that the mapping reads, each once. */
export function filesOf(mapping: Mapping): string[] {
  const lookups = Object.values(mapping.lookups ?? {})
  return [...new Set([...lookups, ...mapping.files].map(({ file }) => file))]
}
