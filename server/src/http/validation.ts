import { Ajv, type Options } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifySchemaCompiler } from 'fastify'
import { isDay, isMoment } from '../days.ts'
import { cleanEmail, isEmail, plainEmail } from '../values/email.ts'
import { cleanLine, cleanText, shown, textFault } from '../values/text.ts'
import { readValueList } from '../values/value-list.ts'
import { CLEANED, CLEANED_OR_NULL, type Cleaning, VALUE_LIST, VALUE_OF, type ValueOf } from './fields.ts'

const options: Options = {
  allErrors: true,
  // What is not declared is refused, never dropped: a mistyped field must not be lost in silence.
  removeAdditional: false,
  useDefaults: true,
  strict: false,
  // With its schema an error can say what would be right.
  verbose: true,
}

const cleanings: Record<Cleaning, (text: string) => string> = {
  line: cleanLine,
  text: cleanText,
  email: cleanEmail,
  'plain email': plainEmail,
}

/** Bodies are JSON and have types: "5" is not 5. Queries and paths are text and are converted. */
const strict = validator({ ...options, coerceTypes: false })
const coercing = validator({ ...options, coerceTypes: true })

export const validatorCompiler: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  (httpPart === 'body' ? strict : coercing).compile(schema)

/** Text is cleaned where it stands, before its length and form are looked at. */
function validator(settings: Options): Ajv {
  const ajv = addFormats.default(new Ajv(settings), ['date', 'date-time'])
  ajv.addFormat('email', isEmail)
  ajv.addFormat('day-or-moment', (text: string) => isDay(text) || isMoment(text))
  const cleaned = (emptyIsNull: boolean) => (kind: Cleaning) => {
    const check: DataValidator = (data, place) => {
      if (typeof data !== 'string') return true
      const message = textFault(data)
      check.errors = message ? [{ keyword: CLEANED, message, params: {} }] : []
      if (message) return false
      const text = cleanings[kind](data)
      if (place) place.parentData[place.parentDataProperty] = emptyIsNull && text === '' ? null : text
      return true
    }
    return check
  }
  const keyword = { modifying: true, errors: true, metaSchema: { enum: Object.keys(cleanings) } } as const
  ajv.addKeyword({
    ...keyword,
    keyword: CLEANED,
    type: 'string',
    before: 'maxLength',
    compile: cleaned(false),
  })
  ajv.addKeyword({ ...keyword, keyword: CLEANED_OR_NULL, before: 'anyOf', compile: cleaned(true) })
  ajv.addKeyword({ keyword: VALUE_LIST, type: 'string', errors: true, compile: listed })
  return ajv
}

/** Whether a text is a list of one to `valuesMax` values, each as the schema beside it says. */
function listed(valuesMax: number, schema: object): DataValidator {
  const { [VALUE_OF]: one } = schema as { [VALUE_OF]?: ValueOf } // What lists/schema.ts put there.
  const fits = new RegExp(`^(${one?.pattern ?? '.*'})$`, 's')
  const check: DataValidator = (data) => {
    const values = readValueList(String(data))
    const message =
      !values || values.includes('')
        ? 'is not a list of values; a value with a comma is in double quotes, as in "Washington, D.C.",Oslo'
        : values.length > valuesMax
          ? `has ${values.length} values; at most ${valuesMax} are taken`
          : whatDoesNotFit(values, fits, one)
    check.errors = message ? [{ keyword: VALUE_LIST, message, params: {} }] : []
    return !message
  }
  return check
}

function whatDoesNotFit(values: string[], fits: RegExp, one: ValueOf | undefined): string | undefined {
  const other = values.find((value) => !fits.test(value))
  return other === undefined ? undefined : `has ${shown(other)}, which is not ${one?.what}`
}

interface DataValidator {
  (
    data: unknown,
    place?: { parentData: Record<string | number, unknown>; parentDataProperty: string | number },
  ): boolean
  errors?: { keyword: string; message: string; params: Record<string, unknown> }[]
}
