import type { TSchema } from 'typebox'
import { Charge, Discount, Id, Line, Price, Quantity, TaxRate, Text } from '../../http/fields.ts'
import { kindParts } from '../../kinds.ts'
import { OrderItemInput } from '../../orders/schema.ts'
import type { Imported } from '../../records/kind.ts'
import { kindOfTable, type RecordTable, recordKinds, recordTables } from '../../vocabulary.ts'

/** What a file's rows can become: records of every kind, and the lines of orders. */
export type ImportableName = RecordTable | 'order_items'

/** In the order in which one points at another. */
export const importableNames: readonly ImportableName[] = recordTables.flatMap((table) =>
  table === 'orders' ? [table, 'order_items'] : [table],
)

export type FieldKind =
  | 'line'
  | 'text'
  | 'email'
  | 'pattern'
  | 'integer'
  | 'decimal'
  | 'amount'
  | 'share'
  | 'date'
  | 'timestamp'
  | 'boolean'
  | 'choice'
  | 'reference'
  | 'list'

/** What a field of a record takes; its limits are those of the API. */
export interface ImportableField {
  name: string
  kind: FieldKind
  /** For text. */
  lengthMax: number
  /** For whole numbers; for lists, how long they may be. */
  minimum: number
  maximum: number
  /** For choices. */
  choices: readonly string[]
  /** For decimals and patterns. */
  pattern: RegExp | undefined
  /** For references: what they point to. */
  refersTo: ImportableName | undefined
  /** For lists: one of them, under the name that its value has; the record's field of that name has the first. */
  each?: ImportableField
  /** Must have a value in every row. */
  required: boolean
  /** What an empty value becomes; null is an empty field. */
  fallback: string | null
}

export interface ImportableObject {
  name: ImportableName
  /** For messages: "customer". */
  singular: string
  fields: ReadonlyMap<string, ImportableField>
  /** Fields of which at least one must have a value in every row. */
  needsOneOf: readonly string[]
}

/** The parts of a JSON schema that decide what an import takes. */
interface Rules {
  type?: string
  format?: string
  enum?: readonly string[]
  pattern?: string
  maxLength?: number
  minimum?: number
  maximum?: number
  anyOf?: Rules[]
  maxItems?: number
  items?: { properties: Record<string, TSchema> }
}

interface Description extends Imported {
  singular: string
  references: Record<string, ImportableName>
}

/** A TypeBox schema is JSON schema; its type does not show all of it. */
function rulesOf(schema: TSchema): Rules {
  return schema as Rules // See above.
}

const linePattern = rulesOf(Line(1)).pattern
const textPattern = rulesOf(Text(1)).pattern
const amountPatterns = [Price, Charge].map((schema) => rulesOf(schema).pattern)
const sharePatterns = [Discount, TaxRate].map((schema) => rulesOf(schema).pattern)
const idMaximum = rulesOf(Id).maximum

function kindOf(rules: Rules): FieldKind {
  if (rules.enum) return 'choice'
  if (rules.type === 'boolean') return 'boolean'
  if (rules.type === 'integer') return rules.maximum === idMaximum ? 'reference' : 'integer'
  if (rules.format === 'email') return 'email'
  if (rules.format === 'date') return 'date'
  if (rules.format === 'date-time') return 'timestamp'
  if (rules.pattern === linePattern) return 'line'
  if (rules.pattern === textPattern) return 'text'
  if (amountPatterns.includes(rules.pattern)) return 'amount'
  if (sharePatterns.includes(rules.pattern)) return 'share'
  return rules.pattern === rulesOf(Quantity).pattern ? 'decimal' : 'pattern'
}

function describeField(name: string, schema: TSchema, description: Description): ImportableField {
  const given = rulesOf(schema)
  const nullable = given.anyOf?.some((part) => part.type === 'null') ?? false
  const rules = given.anyOf?.find((part) => part.type !== 'null') ?? given
  const fallback = description.fallbacks?.[name] ?? null
  const each = Object.entries(rules.items?.properties ?? {}).find(([property]) => property !== 'label')
  return {
    name,
    kind: each ? 'list' : kindOf(rules),
    ...(each && { each: describeField(...each, description) }),
    lengthMax: rules.maxLength ?? Number.POSITIVE_INFINITY,
    minimum: rules.minimum ?? 0,
    maximum: rules.maximum ?? rules.maxItems ?? 0,
    choices: rules.enum ?? [],
    pattern: rules.pattern ? new RegExp(rules.pattern, 'u') : undefined,
    refersTo: description.references[name],
    required: !nullable && fallback === null && !each,
    fallback,
  }
}

function importable(name: ImportableName, description: Description): ImportableObject {
  const fields = Object.entries(description.fields).map(
    ([field, schema]) => [field, describeField(field, schema, description)] as const,
  )
  return {
    name,
    singular: description.singular,
    fields: new Map(fields),
    needsOneOf: description.needsOneOf ?? [],
  }
}

const orderLines: Description = {
  singular: 'order item',
  fields: { order_id: Id, ...OrderItemInput.properties },
  references: { order_id: 'orders', product_id: 'products' },
  fallbacks: { discount: '0', tax_rate: '0' },
}

function descriptionOf(name: ImportableName): Description {
  if (name === 'order_items') return orderLines
  const kind = kindOfTable[name]
  const { imported, source } = kindParts[kind]
  return { ...imported, singular: recordKinds[kind].noun, references: source.references }
}

/** What a file's rows can become. Fields and limits come from what the API takes for the same records. */
export const importableObjects = Object.fromEntries(
  importableNames.map((name) => [name, importable(name, descriptionOf(name))]),
) as Readonly<Record<ImportableName, ImportableObject>> // Object.fromEntries knows strings only.

/** The type that a field's values have in the staging table. References are external ids there. */
export function stagingType(field: ImportableField): string {
  switch (field.kind) {
    case 'integer':
      return 'int'
    case 'decimal':
    case 'amount':
    case 'share':
      return 'numeric'
    case 'date':
      return 'date'
    case 'timestamp':
      return 'timestamptz'
    case 'boolean':
      return 'boolean'
    case 'list':
      return 'jsonb'
    default:
      return 'text'
  }
}
