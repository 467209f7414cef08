import { type NumberExtras, plainSigns, readDecimal, roundDecimal } from '../../values/number.ts'
import { shown } from '../../values/text.ts'
import { type Currency, currencyDigits } from '../../vocabulary.ts'
import type { Refusal } from '../failure.ts'
import type { CellFormat } from './cell-formats.ts'
import type { ImportableField } from './objects.ts'

const PLACES_MAX = 4
const DIGITS_MAX = 14
const WHOLE = /^-?\d{1,15}$/
const PERCENT_PLACES = 2

function refuse(reason: string): Refusal {
  return { column: null, reason }
}

export function readInteger(text: string, field: ImportableField, format: CellFormat): string | Refusal {
  const value = readNumber(text, format, {})
  if (typeof value !== 'string') return value
  if (!WHOLE.test(value)) return refuse(`${shown(text)} is not a whole number.`)
  if (Number(value) < field.minimum || Number(value) > field.maximum) {
    return refuse(`${shown(text)} is not from ${field.minimum} to ${field.maximum}.`)
  }
  return value
}

/** `currency` is that of the row: an amount may carry its sign, and no other. */
export function readAmount(
  text: string,
  field: ImportableField,
  format: CellFormat,
  currency: string | undefined,
): string | Refusal {
  const value = readNumber(text, format, currency === undefined ? {} : { currency })
  if (typeof value !== 'string') return value
  return twoMeanings(text, format, currency) ?? withinLimits(value, text, field, format)
}

/**
 * A share of one, such as a discount. Per cents are said, by the sign or by the mapping, and never told from the size
 * of the value: without either 1 could be all or one hundredth, so it is refused.
 */
export function readShare(text: string, field: ImportableField, format: CellFormat): string | Refusal {
  const number = readDecimal(text, format.numbers, { percent: true })
  if ('refused' in number) return refuse(withHint(number.refused, format))
  const isPercent = number.percent || format.transforms.has('percent')
  if (!isPercent && !format.transforms.has('share') && !/^-?0(\.|$)/.test(number.value)) {
    const either =
      number.value === '1' ? ' may be the whole or one per cent' : ' is no share of one, such as 0.15'
    return refuse(
      `${shown(text)}${either}. If these are per cents, give the field the transform "percent"; if not, "share".`,
    )
  }
  return withinLimits(isPercent ? hundredth(number.value) : number.value, text, field, format)
}

function readNumber(text: string, format: CellFormat, extras: NumberExtras): string | Refusal {
  const number = readDecimal(text, format.numbers, extras)
  return 'refused' in number ? refuse(withHint(number.refused, format)) : number.value
}

/** One to three digits, a point and three digits: a fraction to some, thousands to others. */
const EITHER = /(?<![\d.,' ])[1-9]\d{0,2}\.\d{3}(?![\d.,eE])/
const EITHER_DIGITS = 3

/** What "1.234" says where the mapping says nothing of numbers; only in a currency with three decimals it is plain. */
function twoMeanings(
  text: string,
  { numbers, isOfMapping }: CellFormat,
  currency?: string,
): Refusal | undefined {
  if (numbers.settled || isOfMapping) return undefined
  const found = EITHER.exec(plainSigns(text))?.[0]
  if (found === undefined || currencyDigits[currency as Currency] === EITHER_DIGITS) return undefined // Of others it is undefined.
  return refuse(withHint(`${shown(text)} could be ${found} or ${found.replace('.', '')}.`, { numbers }))
}

function withHint(reason: string, { numbers }: Pick<CellFormat, 'numbers'>): string {
  if (numbers.settled || !/\d[.,]\d/.test(reason)) return reason
  return `${reason} If the file writes numbers otherwise, say so in the mapping: "numbers": "decimal_comma" or "decimal_point".`
}

function withinLimits(
  value: string,
  text: string,
  field: ImportableField,
  { transforms }: CellFormat,
): string | Refusal {
  const kept = transforms.has('round') ? roundDecimal(value, PLACES_MAX) : value
  const [whole = '', fraction = ''] = kept.replace('-', '').split('.')
  if (fraction.length > PLACES_MAX) {
    return refuse(
      `${shown(text)} has more than ${PLACES_MAX} decimal places; the transform "round" rounds it.`,
    )
  }
  if (whole.length > DIGITS_MAX) return refuse(`${shown(text)} is too large.`)
  if (field.pattern?.test(kept)) return kept
  const isNegative = kept.startsWith('-') && field.pattern?.test(kept.slice(1))
  if (!isNegative) return refuse(`${shown(text)} is not a possible ${field.name}.`)
  const instead = field.name === 'unit_price' ? ' What is given back is a negative quantity.' : ''
  return refuse(`${shown(text)} is negative, which ${field.name} cannot be.${instead}`)
}

/** Exactly: the point moves. */
function hundredth(value: string): string {
  const [, minus = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? []
  const digits = whole.padStart(PERCENT_PLACES + 1, '0')
  const point = digits.length - PERCENT_PLACES
  const rest = (digits.slice(point) + fraction).replace(/0+$/, '')
  const integer = digits.slice(0, point).replace(/^0+(?=\d)/, '')
  return `${minus}${integer}${rest === '' ? '' : `.${rest}`}`
}
