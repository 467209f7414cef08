import { type TSchema, Type } from 'typebox'
import { currencies } from '../vocabulary.ts'

/** Largest id that JavaScript holds exactly; identity columns stay far below it. */
const ID_MAX = Number.MAX_SAFE_INTEGER

export const Id = Type.Integer({
  minimum: 1,
  maximum: ID_MAX,
  description: 'Identifies a record inside its workspace.',
})
export const Version = Type.Integer({
  minimum: 1,
  description: 'Goes up by one with every change of the record.',
})
export const Timestamp = Type.String({ format: 'date-time', description: 'UTC, ISO 8601.' })
export const CalendarDate = Type.String({ format: 'date', description: 'A day, YYYY-MM-DD.' })
export const Currency = Type.Enum(currencies, { description: 'ISO 4217 code.' })

/** Exact decimal in a string, never a float: at most 14 digits before the point and 4 after. */
export const Money = Type.String({
  pattern: '^-?\\d{1,14}(\\.\\d{1,4})?$',
  maxLength: 20,
  description: 'Exact decimal as a string, e.g. "1234.50".',
})
/** Like Money, but zero or more. */
export const Price = Type.String({
  pattern: '^\\d{1,14}(\\.\\d{1,4})?$',
  maxLength: 19,
  description: 'Exact decimal, zero or more, as a string.',
})
/** A share of one: "0.15" is 15 % off. */
export const Discount = Type.String({
  pattern: '^(0(\\.\\d{1,4})?|1(\\.0{1,4})?)$',
  description: 'Part taken off, from "0" to "1".',
})

/** One line of text: control characters (line breaks too) are refused. */
export function Line(maxLength: number, minLength = 0) {
  return Type.String({ minLength, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })
}

/** Text of several lines; only NUL, which PostgreSQL cannot store, is refused. */
export function Text(maxLength: number) {
  return Type.String({ maxLength, pattern: '^[^\\u0000]*$' })
}

export function Nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()])
}
