import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: object }> }>
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

const FILE = join(import.meta.dirname, '..', '..', 'api', 'openapi.json')
// The file is generated and checked against drift.
const document = JSON.parse(readFileSync(FILE, 'utf8')) as Document
const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }), ['date', 'date-time', 'email'])
ajv.addSchema({ $id: 'document', components: document.components })
const validators = new Map<object, ValidateFunction>()

/** Holds a real answer against the published description of the API: its status, its type and every value in it. */
export function assertDocumented(
  key: string,
  status: number,
  contentType: string | null,
  text: string,
): void {
  const [method = '', pattern = ''] = key.split(' ')
  const path = pattern.replace(/:(\w+)/g, '{$1}')
  const operation = document.paths[path]?.[method.toLowerCase()]
  // Addresses that a test only tries are none of the API's.
  if (!operation || status === 304) return
  const documented = operation.responses[status]
  assert.ok(
    documented,
    `${key} answered ${status}, which its description does not know: ${text.slice(0, 300)}`,
  )
  if (text === '') return
  const type = contentType?.split(';')[0] ?? ''
  const content = documented.content?.[type]
  assert.ok(content, `${key} answered ${status} with "${type}", which its description does not know`)
  if (!type.endsWith('json')) return
  const validate = validatorOf(content.schema)
  assert.ok(
    validate(JSON.parse(text)),
    `${key} answered ${status} with what its description does not allow: ${JSON.stringify(validate.errors?.slice(0, 3))}`,
  )
}

function validatorOf(schema: object): ValidateFunction {
  const known = validators.get(schema)
  if (known) return known
  const resolved = JSON.parse(
    JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'),
  ) as object // A schema again.
  const validate = ajv.compile(resolved)
  validators.set(schema, validate)
  return validate
}
