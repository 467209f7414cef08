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
/** Exact decimal of any size, for what is added up: nothing that can be stored may be too large to be shown. */
export const Amount = Type.String({
  pattern: '^-?\\d+(\\.\\d+)?$',
  description: 'Exact decimal as a string, e.g. "-1234.50".',
})
/** What is charged or taken off for an order as a whole; below zero where a credit note gives it back. */
export const Charge = Type.String({
  pattern: '^-?\\d{1,10}(\\.\\d{1,4})?$',
  description: 'Exact decimal as a string; negative in a credit note.',
})
/** How much of a product: fractions as its unit allows. */
export const Quantity = Type.String({
  pattern: '^-?(?!0+(\\.0+)?$)(\\d{1,6}(\\.\\d{1,3})?|1000000(\\.0{1,3})?)$',
  description: 'Exact decimal as a string, up to a million and not zero; negative for a return.',
})
/** Like Money, but zero or more. */
export const Price = Type.String({
  pattern: '^\\d{1,14}(\\.\\d{1,4})?$',
  maxLength: 19,
  description: 'Exact decimal, zero or more, as a string.',
})
const SHARE = '^(0(\\.\\d{1,4})?|1(\\.0{1,4})?)$'
/** A share of one: "0.15" is 15 % off. */
export const Discount = Type.String({
  pattern: SHARE,
  description: 'Part taken off, from "0" to "1".',
})

/** A share of one: "0.19" is 19 %. */
export const TaxRate = Type.String({
  pattern: SHARE,
  description: 'Tax on the net amount, from "0" to "1".',
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
