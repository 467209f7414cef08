import { type TSchema, Type } from 'typebox'
import { currencies } from '../vocabulary.ts'

/** Largest id that JavaScript holds exactly; identity columns stay far below it. */
const ID_MAX = Number.MAX_SAFE_INTEGER
/** Of an int in PostgreSQL. */
const VERSION_MAX = 2_147_483_647
/** BUSINESS_YEAR_MIN to BUSINESS_YEAR_MAX; one-set-of-rules.test.ts holds the importer to the same. */
const BUSINESS_YEARS = '^(19|2[01])\\d\\d-'
/** No place is further from UTC, and PostgreSQL knows no more (see days.ts). */
const KNOWN_OFFSET = '([Zz]|[+-](0\\d|1[0-5])(:?\\d\\d)?)$'

export const Id = Type.Integer({
  minimum: 1,
  maximum: ID_MAX,
  description: 'Identifies a record inside its workspace.',
})
export const Version = Type.Integer({
  minimum: 1,
  maximum: VERSION_MAX,
  description: 'Goes up by one with every change of the record.',
})
/** Beside the name of another record: it may have been deleted since it was chosen. */
export const InTrash = Type.Boolean({ description: 'Whether the record that is named is in the trash.' })
/** A moment as Rapport shows it. */
export const Timestamp = Type.String({ format: 'date-time', description: 'UTC, ISO 8601.' })
/** A moment that people state. */
export const BusinessTime = Type.String({
  format: 'date-time',
  pattern: `${BUSINESS_YEARS}.*${KNOWN_OFFSET}`,
  description: 'A moment from 1900 to 2199, ISO 8601 with Z or an offset that a place has.',
})
export const CalendarDate = Type.String({
  format: 'date',
  pattern: BUSINESS_YEARS,
  description: 'A day from 1900-01-01 to 2199-12-31, YYYY-MM-DD.',
})
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
/** Of one unit of a product; a barcode that was scanned into its field has more digits. */
export const Price = Type.String({
  pattern: '^\\d{1,10}(\\.\\d{1,4})?$',
  maxLength: 15,
  description:
    'An amount from "0" to below "10000000000", with a point and at most 4 decimals, e.g. "1234.50".',
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

/** How a text is cleaned before anything else looks at it; see validation.ts. */
export type Cleaning = 'line' | 'text' | 'email' | 'plain email'
/** The keyword of a schema that says so. */
export const CLEANED = 'x-cleaned'
/** The same for a text that may be null: what is empty after cleaning becomes null. */
export const CLEANED_OR_NULL = 'x-cleaned-or-null'

/** A text of several values (see values/value-list.ts); the value is how many it may have. */
export const VALUE_LIST = 'x-value-list'

/** Beside VALUE_LIST: a pattern that each value has to fit, and what that is for people. */
export const VALUE_OF = 'x-value-of'
export interface ValueOf {
  pattern: string
  what: string
}

/** One line of text: cleaned (see values/text.ts), so that line breaks become blanks. */
export function Line(maxLength: number, minLength = 0) {
  return Type.String({ [CLEANED]: 'line', minLength, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })
}

/** Text of several lines, cleaned (see values/text.ts). */
export function Text(maxLength: number) {
  return Type.String({ [CLEANED]: 'text', maxLength, pattern: '^[^\\u0000]*$' })
}

/** An address as values/email.ts defines it. */
export const Email = Type.String({
  [CLEANED]: 'email',
  maxLength: 254,
  format: 'email',
  description: 'Letters of any script (RFC 6531); compared without case.',
})

/** The address of an account. The domain stays as it was typed: signing in compares it letter by letter. */
export const AccountEmail = Type.String({ ...Email, [CLEANED]: 'plain email' })

/** Where a call of the record's phone goes. */
export const PhoneLink = Type.Union([Type.String(), Type.Null()], {
  description: 'Calls `phone` with its extension, e.g. "tel:+493012345678;ext=42"; null without a number.',
})

/** The same or null; an empty text is null too. */
export function Nullable<T extends TSchema>(schema: T) {
  const cleaning = (schema as { [CLEANED]?: Cleaning })[CLEANED] // What Line, Text and Email put there.
  return Type.Union([schema, Type.Null()], cleaning ? { [CLEANED_OR_NULL]: cleaning } : {})
}
