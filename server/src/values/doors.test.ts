import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CompanyCreate } from '../companies/schema.ts'
import { CustomerCreate } from '../customers/schema.ts'
import { validatorCompiler } from '../http/validation.ts'
import { isRefusal } from '../imports/failure.ts'
import { formatOfFile } from '../imports/mapping/cell-formats.ts'
import { cellReader } from '../imports/mapping/cells.ts'
import { importableObjects } from '../imports/mapping/objects.ts'
import { ProductCreate } from '../products/schema.ts'
import { cleanEmail } from './email.ts'
import { cleanText } from './text.ts'

const schemas = { customers: CustomerCreate, companies: CompanyCreate, products: ProductCreate }
const others = { customers: {}, companies: { name: 'A' }, products: { product_name: 'P', unit_price: '1' } }

/** What the API keeps of a text in this field; undefined if it refuses it. */
function byApi(object: keyof typeof schemas, field: string, text: string): string | null | undefined {
  const body: Record<string, unknown> = { ...others[object], [field]: text }
  const schema = schemas[object]
  const validate = validatorCompiler({ schema, method: 'POST', url: '/', httpPart: 'body' })
  const kept = validate(body) === true ? body[field] : undefined
  return typeof kept === 'string' || kept === null ? kept : undefined
}

const format = formatOfFile({ name: 'test', files: [] }, { file: 'a.csv', records: [] }, 'UTC')

/** The same of the cell of an import. What looks empty is no value there either, before its field is asked. */
function byImport(object: keyof typeof schemas, name: string, text: string): string | null | undefined {
  const field = importableObjects[object].fields.get(name)
  assert.ok(field)
  const seen = field.kind === 'email' ? cleanEmail(text) : cleanText(text)
  const value = seen === '' ? '' : cellReader(field, format)(text)
  if (isRefusal(value)) return undefined
  return value === '' ? (field.required ? undefined : field.fallback) : value
}

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ' ',
        '\t',
        '\r\n',
        '\u200b',
        '\u200d',
        '\u202a',
        '\ufeff',
        '\0',
        '\ud83d',
        '\ufffd',
        '\u3164',
      ),
      fc.constantFrom(
        'ann',
        '@',
        'example.com',
        'müller',
        '.',
        '-',
        '👩',
        'e\u0301',
        '可',
        ',',
        '"',
        'x'.repeat(60),
      ),
      fc.string({ unit: 'binary', maxLength: 2 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))

for (const [object, field] of [
  ['customers', 'first_name'],
  ['customers', 'city'],
  ['customers', 'notes'],
  ['customers', 'email'],
  ['customers', 'postal_code'],
  ['companies', 'name'],
  ['companies', 'industry'],
  ['products', 'sku'],
] as const) {
  test(`the API and an import take the same text for ${field} of ${object}, and keep it alike`, () => {
    fc.assert(
      fc.property(text, (typed) => {
        assert.equal(byImport(object, field, typed), byApi(object, field, typed))
      }),
      { numRuns: 400 },
    )
  })
}
