import type { TSchema } from 'typebox'
import { CompanyCreate } from '../../companies/schema.ts'
import { CustomerCreate } from '../../customers/schema.ts'
import { Charge, Discount, Id, Line, Price, Quantity, TaxRate, Text } from '../../http/fields.ts'
import { InteractionCreate } from '../../interactions/schema.ts'
import { OrderCreate, OrderItemInput } from '../../orders/schema.ts'
import { ProductCreate } from '../../products/schema.ts'
import { SalesRepresentativeCreate } from '../../sales-representatives/schema.ts'

export const importableNames = [
  'sales_representatives',
  'companies',
  'customers',
  'products',
  'orders',
  'order_items',
  'interactions',
] as const
export type ImportableName = (typeof importableNames)[number]

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

/** As a fallback: whatever currency the workspace has. */
export const WORKSPACE_CURRENCY = '(currency of the workspace)'

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

interface Description {
  singular: string
  references?: Record<string, ImportableName>
  /** For fields that cannot be empty in the database but may be in a file. */
  fallbacks?: Record<string, string>
  needsOneOf?: readonly string[]
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
    refersTo: description.references?.[name],
    required: !nullable && fallback === null && !each,
    fallback,
  }
}

function importable(
  name: ImportableName,
  properties: Record<string, TSchema>,
  description: Description,
): ImportableObject {
  const fields = Object.entries(properties).map(
    ([field, schema]) => [field, describeField(field, schema, description)] as const,
  )
  return {
    name,
    singular: description.singular,
    fields: new Map(fields),
    needsOneOf: description.needsOneOf ?? [],
  }
}

const { user_id: _linkedByHand, ...representativeFields } = SalesRepresentativeCreate.properties
const { items: _ownObject, ...orderFields } = OrderCreate.properties

/** What a file's rows can become. Fields and limits come from what the API takes for the same records. */
export const importableObjects: Readonly<Record<ImportableName, ImportableObject>> = {
  sales_representatives: importable('sales_representatives', representativeFields, {
    singular: 'sales representative',
    references: { manager_id: 'sales_representatives' },
    fallbacks: { first_name: '', active: 'true' },
  }),
  companies: importable('companies', CompanyCreate.properties, { singular: 'company' }),
  customers: importable('customers', CustomerCreate.properties, {
    singular: 'customer',
    references: { company_id: 'companies', assigned_sales_rep_id: 'sales_representatives' },
    fallbacks: { first_name: '', last_name: '', lifecycle_stage: 'lead' },
    needsOneOf: ['first_name', 'last_name', 'email'],
  }),
  products: importable('products', ProductCreate.properties, {
    singular: 'product',
    fallbacks: {
      active: 'true',
      currency: WORKSPACE_CURRENCY,
      unit: 'piece',
      quantity_digits: '0',
      tax_rate: '0',
    },
  }),
  orders: importable('orders', orderFields, {
    singular: 'order',
    references: {
      customer_id: 'customers',
      company_id: 'companies',
      sales_rep_id: 'sales_representatives',
    },
    fallbacks: {
      status: 'draft',
      currency: WORKSPACE_CURRENCY,
      discount: '0',
      discount_amount: '0',
      shipping_amount: '0',
      charges_amount: '0',
    },
  }),
  order_items: importable(
    'order_items',
    { order_id: Id, ...OrderItemInput.properties },
    {
      singular: 'order item',
      references: { order_id: 'orders', product_id: 'products' },
      fallbacks: { discount: '0', tax_rate: '0' },
    },
  ),
  interactions: importable('interactions', InteractionCreate.properties, {
    singular: 'interaction',
    references: {
      customer_id: 'customers',
      company_id: 'companies',
      sales_rep_id: 'sales_representatives',
    },
    fallbacks: { subject: '' },
    needsOneOf: ['customer_id', 'company_id'],
  }),
}

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
