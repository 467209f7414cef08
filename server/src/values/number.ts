/*
 * The one reader of numbers that people and programs write: cells of an import, typed fields, filters. It imports
 * nothing, so the web app uses it too. What it gives is exact decimal text, never a float; what it does not
 * understand it refuses, and never takes for another number.
 */

/** How somebody writes numbers. */
export interface NumberFormat {
  decimal: '.' | ','
  /** What stands between groups when it is written. Read are also blanks and apostrophes, in every format. */
  group: string
  /** 1,234,567 or 12,34,567. */
  grouping: 'thousands' | 'indian'
  /** Whether "1,234" is certainly a group, and not a fraction of somebody who writes otherwise. */
  settled: boolean
}

export const numberFormats = {
  decimal_point: { decimal: '.', group: ',', grouping: 'thousands', settled: true },
  decimal_comma: { decimal: ',', group: '.', grouping: 'thousands', settled: true },
  swiss: { decimal: '.', group: '’', grouping: 'thousands', settled: true },
  indian: { decimal: '.', group: ',', grouping: 'indian', settled: true },
  /** Of whom nothing is known: a decimal point, and commas where they can be nothing but groups. */
  unsaid: { decimal: '.', group: ',', grouping: 'thousands', settled: false },
} as const satisfies Record<string, NumberFormat>

/** What else a number may carry; it is refused with anything that is not named here. */
export interface NumberExtras {
  /** A currency sign or code: of this currency, or of any (true). */
  currency?: string | true
  /** A percent sign. The value is as written: "10 %" is 10. */
  percent?: boolean
}

export interface NumberRead {
  /** Exact, with a point, without zeros at its ends: "-1234.5". */
  value: string
  /** The sign or code it was written with, null if none. */
  currency: string | null
  percent: boolean
}

export interface NumberRefusal {
  /** A sentence for people, with the text in it. */
  refused: string
}

const TEXT_LENGTH_MAX = 100
const SHOWN_LENGTH_MAX = 60
/** From here on spreadsheets write numbers shortened, as 4.91511E+12, and their last digits are gone. */
const EXPONENT_DIGITS_MAX = 11
const BLANKS = /[\p{Zs}\t]/gu
const INVISIBLE = /\p{Cf}/gu
const MINUS_SIGNS = /[\u2010\u2011\u2012\u2013\u2212\ufe63]/g
const APOSTROPHES = /[\u2018\u2019\u02bc`´]/g
const FULL_WIDTH = /[\uff01-\uff5e]/g
const FULL_WIDTH_SHIFT = 0xfee0
const FOREIGN_DIGIT = /(?![0-9])\p{Nd}/gu
/** After a letter a point belongs to the sign: "Rs.500" is no fraction. */
const PARTS = /^([^\d]*?)((?:(?<!\p{L})[.,٫])?\d(?:.*\d)?)([^\d]*)$/su
const NUMBER = /^([\d.,' ]*?)(?:D(\d*))?(?:[eE]([+-]?\d{1,3}))?$/
/** "12,-", "12.—", "12:-" and "12/-". */
const PRICE_WITHOUT_CENTS = /^(?:[.,:][-\u2014]{1,3}|\/-)(?!-)/

/** Reads a number in a format. `extras` says what may stand beside it. */
export function readDecimal(
  text: string,
  format: NumberFormat,
  extras: NumberExtras = {},
): NumberRead | NumberRefusal {
  if (text.length > TEXT_LENGTH_MAX) return notANumber(text, format)
  const plain = plainSigns(text)
  const [, before = '', core = '', after = ''] = PARTS.exec(plain) ?? []
  // A decimal sign at the end belongs to a number that has none yet, that of the other kind never does.
  const open = !/^[.,]/.test(after) || (after.startsWith(format.decimal) && !core.includes(format.decimal))
  const surroundings = readSurroundings(before, after.replace(PRICE_WITHOUT_CENTS, ''))
  if (core === '' || !open || !surroundings) return notANumber(text, format)
  const digits = readCore(core, format)
  if (digits === undefined) return notANumber(text, format)
  if ('refused' in digits) return { refused: `${shown(text)} ${digits.refused}` }
  const { negative, currency, percent } = surroundings
  if (percent && !extras.percent) return { refused: `${shown(text)} is a percentage, not a number.` }
  if (currency !== null && !currencyAllowed(currency, extras.currency)) {
    const wanted = typeof extras.currency === 'string' ? `an amount in ${extras.currency}` : 'a plain number'
    return { refused: `${shown(text)} is not ${wanted}.` }
  }
  const value = negative && digits.value !== '0' ? `-${digits.value}` : digits.value
  return { value, currency, percent }
}

/** Latin digits, ASCII signs, and nothing that cannot be seen. */
export function plainSigns(text: string): string {
  return text
    .replace(FULL_WIDTH, (character) => String.fromCharCode(character.charCodeAt(0) - FULL_WIDTH_SHIFT))
    .replace(INVISIBLE, '')
    .replace(BLANKS, ' ')
    .replace(MINUS_SIGNS, '-')
    .replace(APOSTROPHES, "'")
    .replace(FOREIGN_DIGIT, latinDigit)
    .replaceAll('٪', '%')
    .trim()
}

const DIGIT = /^\p{Nd}$/u

/** The digits of a script stand in a row, ten by ten. */
function latinDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  let first = code
  while (DIGIT.test(String.fromCodePoint(first - 1))) first--
  return String((code - first) % 10)
}

interface Surroundings {
  negative: boolean
  currency: string | null
  percent: boolean
}

const AROUND = /^ *([(+-])? *(%|[^\d()+%-]*?) *([(+-])? *$/
const BEHIND = /^[.,]? *([)-])? *(%|[^\d()+%-]*?) *([)-])? *$/

/** Signs, brackets and currencies; undefined if there is more, or twice the same. */
function readSurroundings(before: string, after: string): Surroundings | undefined {
  const ahead = AROUND.exec(before)
  const behind = BEHIND.exec(after)
  if (!ahead || !behind) return undefined
  const marks = [ahead[1], ahead[3], behind[1], behind[3]].filter((mark) => mark !== undefined)
  const signs = marks.join('')
  if (!['', '+', '-', '()'].includes(signs)) return undefined
  const words = [ahead[2] ?? '', behind[2] ?? ''].map((word) => word.replaceAll(' ', '')).filter(Boolean)
  const currency = words.includes('%') ? (words.find((word) => word !== '%') ?? null) : theCurrency(words)
  if (currency === undefined) return undefined
  if (currency !== null && (words.includes('%') || !isCurrency(currency))) return undefined
  return { negative: signs === '-' || signs === '()', currency, percent: words.includes('%') }
}

/** Null of none; undefined where two are no sign and code of the same, as in "$12 CAD". */
function theCurrency(words: string[]): string | null | undefined {
  const [one, other] = words
  if (one === undefined || other === undefined) return one ?? null
  const [sign, code] = isCode(other) ? [one, other] : [other, one]
  return isCode(code) && !isCode(sign) && currencyFits(sign, code.toUpperCase()) ? code : undefined
}

/** Undefined if it is no number of the format. */
function readCore(core: string, format: NumberFormat): { value: string } | NumberRefusal | undefined {
  const { decimal } = format
  const parts = core.replaceAll('٫', decimal).replaceAll('٬', "'").split(decimal)
  if (parts.length > 2) return undefined
  const match = NUMBER.exec(parts.join('D'))
  if (!match) return undefined
  const [, written = '', fraction = '', exponent = '0'] = match
  const whole = ungrouped(written, format)
  if (whole === undefined) return undefined
  if (/[^\d]/.test(written) && exponent !== '0') return undefined
  if (!format.settled && parts.length === 1 && /^\d{1,3},\d{3}$/.test(written)) {
    const [left, right] = written.split(',')
    return { refused: `could be ${left}${right} or ${left}.${right}.` }
  }
  const shift = Number(exponent)
  if (shift > 0 && whole.replace(/^0+/, '').length + shift > EXPONENT_DIGITS_MAX) {
    return { refused: 'is shortened, as spreadsheets do; its last digits are lost.' }
  }
  return { value: shifted(whole, fraction, shift) }
}

const GROUPS = {
  thousands: /^[1-9]\d{0,2}([., '])\d{3}(?:\1\d{3})*$/,
  indian: /^[1-9]\d{0,1}([., '])(?:\d{2}\1)*\d{3}$|^[1-9]\d{2}([., '])\d{3}$/,
}

/** The digits of the whole part; undefined if what parts them makes no groups. */
function ungrouped(written: string, { group, grouping }: NumberFormat): string | undefined {
  if (/^\d*$/.test(written)) return written
  const match = GROUPS[grouping].exec(written)
  const sign = match?.[1] ?? match?.[2]
  if (sign === undefined || !(sign === group || sign === ' ' || sign === "'")) return undefined
  return written.replaceAll(sign, '')
}

/** Moves the point to the right, and takes the zeros at both ends away. */
function shifted(whole: string, fraction: string, places: number): string {
  const left = whole.length + places
  const digits = `${'0'.repeat(Math.max(0, -left))}${whole}${fraction}`.padEnd(left, '0')
  const point = Math.max(0, left)
  const integer = digits.slice(0, point).replace(/^0+/, '') || '0'
  const rest = digits.slice(point).replace(/0+$/, '')
  return rest === '' ? integer : `${integer}.${rest}`
}

function shown(text: string): string {
  const characters = [...text.slice(0, 2 * SHOWN_LENGTH_MAX)]
  if (text.length <= SHOWN_LENGTH_MAX) return `"${text}"`
  return `"${characters.slice(0, SHOWN_LENGTH_MAX).join('')}…"`
}

function notANumber(text: string, format: NumberFormat): NumberRefusal {
  return { refused: `${shown(text)} is not a number like ${writeDecimal('1234.5', format)}.` }
}

/** How many digits exact decimal text has after its point; zeros at the end say nothing. */
export function decimalsOf(value: string): number {
  return (value.split('.')[1] ?? '').replace(/0+$/, '').length
}

/** Rounds half away from zero to at most so many places. */
export function roundDecimal(value: string, places: number): string {
  const [, minus = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? []
  if (fraction.length <= places) return value
  const scaled = BigInt(whole + fraction.slice(0, places)) + (fraction.charAt(places) >= '5' ? 1n : 0n)
  const digits = String(scaled).padStart(places + 1, '0')
  const rounded = shifted(digits.slice(0, digits.length - places), digits.slice(digits.length - places), 0)
  return rounded === '0' ? '0' : minus + rounded
}

/** Writes exact decimal text as somebody of this format does, so that `readDecimal` reads the same. */
export function writeDecimal(value: string, { decimal, group, grouping }: NumberFormat): string {
  const [, minus = '', whole = '', fraction] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? []
  const pairs = grouping === 'indian' ? /\B(?=(\d{2})*\d{3}$)/g : /\B(?=(\d{3})+$)/g
  const grouped = whole.replace(pairs, group)
  return `${minus}${grouped}${fraction === undefined ? '' : `${decimal}${fraction}`}`
}

/** How the people of a locale write numbers; those of an unknown one as in English. */
export function formatOf(locale: string | undefined): NumberFormat {
  let parts: Intl.NumberFormatPart[]
  try {
    parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1234567.5)
  } catch {
    return numberFormats.decimal_point
  }
  const decimal = signOf(parts, 'decimal') === ',' ? ',' : '.'
  const lengths = parts.filter(({ type }) => type === 'integer').map(({ value }) => value.length)
  return {
    decimal,
    group: groupSign(locale, parts, decimal),
    grouping: lengths[1] === 2 ? 'indian' : 'thousands',
    settled: true,
  }
}

function signOf(parts: Intl.NumberFormatPart[], type: 'decimal' | 'group'): string | undefined {
  return parts.find((part) => part.type === type)?.value
}

function groupSign(locale: string | undefined, parts: Intl.NumberFormatPart[], decimal: '.' | ','): string {
  const money = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' }).formatToParts(1234567.5)
  // In Austria a blank parts plain numbers and a point amounts; people type the point.
  const ofMoney = signOf(money, 'decimal') === decimal ? signOf(money, 'group') : undefined
  const sign = ofMoney === '.' || ofMoney === ',' ? ofMoney : signOf(parts, 'group')
  if (sign !== undefined && sign !== decimal && /^[.,\p{Zs}]$/u.test(sign)) return sign
  if (sign === "'" || sign === '’') return '’'
  // The signs of Arabic are read in every format; with them people type the point and the comma.
  return decimal === ',' ? '.' : ','
}

const dollars = /^(\p{Lu}{0,3})\$$/u
/** Signs of letters, as price lists have them. */
const words: Record<string, readonly string[]> = {
  kr: ['DKK', 'NOK', 'SEK', 'ISK'],
  kč: ['CZK'],
  zł: ['PLN'],
  fr: ['CHF'],
  sfr: ['CHF'],
  rs: ['INR', 'PKR', 'LKR', 'NPR', 'MUR'],
  rm: ['MYR'],
  rp: ['IDR'],
  ft: ['HUF'],
  lei: ['RON', 'MDL'],
  лв: ['BGN'],
  руб: ['RUB'],
  r$: ['BRL'],
  nt$: ['TWD'],
  元: ['CNY', 'TWD'],
  円: ['JPY'],
  원: ['KRW'],
  euro: ['EUR'],
  tl: ['TRY'],
  грн: ['UAH'],
  р: ['RUB'],
  r: ['ZAR'],
  rmb: ['CNY'],
  đ: ['VND'],
  kd: ['KWD'],
  'د.ك': ['KWD'],
  'د.إ': ['AED'],
  'ر.س': ['SAR'],
}
let codes: ReadonlySet<string> | undefined

function wordOf(sign: string): string {
  return sign.toLowerCase().replace(/\.$/, '')
}

function isCurrency(sign: string): boolean {
  return /^\p{Sc}$/u.test(sign) || dollars.test(sign) || Object.hasOwn(words, wordOf(sign)) || isCode(sign)
}

function isCode(sign: string): boolean {
  codes ??= new Set(Intl.supportedValuesOf('currency'))
  return codes.has(sign.toUpperCase())
}

function currencyAllowed(sign: string, allowed: string | true | undefined): boolean {
  return allowed === true || (allowed !== undefined && currencyFits(sign, allowed))
}

/** Whether a sign or code that stands at an amount can mean this currency: "$" is USD, and CAD as well. */
export function currencyFits(sign: string, code: string): boolean {
  if (sign.toUpperCase() === code || words[wordOf(sign)]?.includes(code)) return true
  const narrow = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: code,
    currencyDisplay: 'narrowSymbol',
  })
    .formatToParts(1)
    .find(({ type }) => type === 'currency')?.value
  if (narrow === sign) return true
  const letters = dollars.exec(sign)?.[1] ?? ''
  return letters !== '' && narrow === '$' && code.startsWith(letters)
}
