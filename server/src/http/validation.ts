import { Ajv, type Options } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifySchemaCompiler } from 'fastify'
import { isDay, isMoment } from '../days.ts'

const options: Options = {
  allErrors: true,
  // What is not declared is refused, never dropped: a mistyped field must not be lost in silence.
  removeAdditional: false,
  useDefaults: true,
  strict: false,
}
/** Bodies are JSON and have types: "5" is not 5. Queries and paths are text and are converted. */
const strict = addFormats.default(new Ajv({ ...options, coerceTypes: false }), ['date', 'date-time', 'email'])
const coercing = addFormats.default(new Ajv({ ...options, coerceTypes: true }), [
  'date',
  'date-time',
  'email',
])

coercing.addFormat('day-or-moment', (text: string) => isDay(text) || isMoment(text))

export const validatorCompiler: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  (httpPart === 'body' ? strict : coercing).compile(schema)
