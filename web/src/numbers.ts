import {
  formatOf,
  type NumberFormat,
  numberFormats,
  readDecimal,
  writeDecimal,
} from '../../server/src/values/number.ts'
import { readPreference, writePreference } from './preferences.ts'

/** How this person writes and reads numbers: as their browser does, or as they chose in the settings. */
export type NumberChoice = 'browser' | keyof typeof choices

const choices = {
  decimal_point: numberFormats.decimal_point,
  decimal_comma: numberFormats.decimal_comma,
  decimal_comma_blank: { ...numberFormats.decimal_comma, group: '\u202f' },
  swiss: numberFormats.swiss,
  indian: numberFormats.indian,
} as const satisfies Record<string, NumberFormat>

export const numberChoices: readonly NumberChoice[] = [
  'browser',
  'decimal_point',
  'decimal_comma',
  'decimal_comma_blank',
  'swiss',
  'indian',
]
const PREFERENCE = 'numbers'
const EXAMPLE = '1234567.89'
const ofBrowser = formatOf(undefined)

export function numberChoice(): NumberChoice {
  const chosen = readPreference<string>(PREFERENCE, 'browser')
  return numberChoices.find((known) => known === chosen) ?? 'browser'
}

export function chooseNumbers(choice: NumberChoice): void {
  writePreference(PREFERENCE, choice)
}

function formatFor(choice: NumberChoice): NumberFormat {
  return choice === 'browser' ? ofBrowser : choices[choice]
}

/** A number as it looks in a format. */
export function exampleOf(choice: NumberChoice): string {
  return writeDecimal(EXAMPLE, formatFor(choice))
}

/** Exact decimal text, "1234.5", as this person reads and types it: "1,234.5". */
export function writeNumber(value: string): string {
  return writeDecimal(value, formatFor(numberChoice()))
}

interface NumberLimits {
  /** Code of the currency whose sign may stand beside the amount. */
  currency?: string
  /** Digits after the decimal sign, at most. */
  digits: number
}

/** Reads what a person typed; the value is exact decimal text. What is not understood is refused with the reason. */
export function readNumber(
  text: string,
  { currency, digits }: NumberLimits,
): { value: string } | { refused: string } {
  const read = readDecimal(text, formatFor(numberChoice()), { currency })
  if ('refused' in read) return read
  const fraction = read.value.split('.')[1] ?? ''
  if (fraction.length > digits) {
    return {
      refused:
        digits === 0
          ? `“${text.trim()}” is not a whole number.`
          : `“${text.trim()}” has more than ${digits} digits after the decimal sign.`,
    }
  }
  return { value: read.value }
}

/** As exact as a price of the API. */
export const PRICE_DIGITS_MAX = 4
/** Prices and amounts of the API are smaller. */
export const AMOUNT_TOO_LARGE = 10_000_000_000

/** Reads the price of one unit of a product; what no price can be is refused with the reason. */
export function readPrice(
  text: string,
  currency: string | undefined,
): { value: string } | { refused: string } {
  if (text.trim() === '') return { refused: 'Enter a price.' }
  const read = readNumber(text, { currency, digits: PRICE_DIGITS_MAX })
  if ('refused' in read) return read
  if (read.value.startsWith('-')) return { refused: 'A price is zero or more.' }
  return Number(read.value) < AMOUNT_TOO_LARGE ? read : { refused: 'This is too large for a price.' }
}
