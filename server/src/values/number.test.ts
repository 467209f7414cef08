import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  currencyFits,
  formatOf,
  type NumberExtras,
  type NumberFormat,
  numberFormats,
  readDecimal,
  roundDecimal,
  writeDecimal,
} from './number.ts'

const { decimal_point, decimal_comma, swiss, indian, unsaid } = numberFormats

function read(text: string, format: NumberFormat, extras?: NumberExtras): string {
  const number = readDecimal(text, format, extras)
  return 'refused' in number ? `refused: ${number.refused}` : number.value
}

function reads(format: NumberFormat, cases: Record<string, string>, extras?: NumberExtras): void {
  for (const [text, value] of Object.entries(cases)) assert.equal(read(text, format, extras), value, text)
}

function refuses(
  format: NumberFormat,
  texts: string[],
  reason = /is not a number/,
  extras?: NumberExtras,
): void {
  for (const text of texts) assert.match(read(text, format, extras), reason, text)
}

describe('reading numbers', () => {
  test('the decimal sign and the groups are those of the format', () => {
    reads(decimal_point, {
      '1,000': '1000',
      '1,234.50': '1234.5',
      '12,345,678.9': '12345678.9',
      '12.50': '12.5',
    })
    reads(decimal_comma, {
      '1.000': '1000',
      '1.234,50': '1234.5',
      '12.345.678,9': '12345678.9',
      '12,50': '12.5',
    })
    reads(swiss, { "1'234.50": '1234.5', '1’234.50': '1234.5', '12.50': '12.5' })
    reads(indian, { '12,34,567.5': '1234567.5', '1,000': '1000', '999,999': '999999' })
  })

  test('a sign that makes no groups of three is refused, and never left out', () => {
    refuses(decimal_comma, [
      '12.50',
      '0.99',
      '19.9900',
      '1.2345',
      '1234.567',
      '1.23.456',
      '0.999',
      '1.234.50',
    ])
    refuses(decimal_point, ['12,50', '1,2345', '1234,567', '1,23,456', '0,123', '1,234,5', ',5', '1.234.567'])
    refuses(decimal_point, ['1,234 567', "1,234'567", '1.234,567', '1..5', '1.5.', '12,'])
    refuses(swiss, ['1,234.50', '12,50'])
    refuses(indian, ['1,23,4567', '1234,567', '0,123'])
  })

  test('where nothing is said, a comma is a group only if it can be nothing else', () => {
    reads(unsaid, { '1,234.50': '1234.5', '1,234,567': '1234567', '1234.5': '1234.5', '1.234': '1.234' })
    refuses(unsaid, ['1,234', '999,999'], /could be \d+ or \d+\.\d+/)
    refuses(unsaid, ['12,50', '1.234,50', '0,123'])
  })

  test('blanks of every width and apostrophes part groups in every format', () => {
    for (const format of [decimal_point, decimal_comma, swiss]) {
      for (const blank of [' ', '\u00a0', '\u202f', '\u2009', "'", '’']) {
        assert.equal(read(`1${blank}234${blank}567`, format), '1234567')
      }
    }
    refuses(decimal_comma, ['1 23', '12 50', '1 234.567', '1234 567'])
  })

  test('a negative number has one sign, before or behind, or brackets', () => {
    reads(decimal_point, {
      '-5': '-5',
      '−5.00': '-5',
      '–5': '-5',
      '5.00-': '-5',
      '(5.00)': '-5',
      '- 5': '-5',
    })
    reads(decimal_point, { '+5': '5', '-0.00': '0', '\u200e-5': '-5', '-.5': '-0.5' })
    refuses(decimal_point, ['--5', '-5-', '(-5)', '-(5)', '(5', '5)', '+-5', '5+', '1-2'])
  })

  test('amounts may carry the sign or the code of their currency where it is allowed', () => {
    const any = { currency: true } as const
    reads(
      decimal_point,
      { '$1234.50': '1234.5', '1234.50 EUR': '1234.5', 'US $5': '5', '-$5': '-5', '$5 USD': '5', '5/-': '5' },
      any,
    )
    reads(
      decimal_point,
      { '$(5.00)': '-5', '($5.00)': '-5', 'Rs.500': '500', 'Fr. 5.50': '5.5', '$.50': '0.5' },
      any,
    )
    reads(
      decimal_comma,
      { '1.234,50 €': '1234.5', '5 kr.': '5', '12,- €': '12', '12,–': '12', '5,00-€': '-5' },
      any,
    )
    refuses(
      decimal_point,
      ['5 pieces', '5 PCS', '$5$', '$5 EUR', 'USD 5 USD', '5 €/h', '5kg'],
      undefined,
      any,
    )
    refuses(decimal_point, ['$5', '5 EUR'], /is not a plain number/)
    refuses(decimal_point, ['$5', '5 USD'], /is not an amount in EUR/, { currency: 'EUR' })
    reads(decimal_point, { '€5': '5', '5 eur': '5' }, { currency: 'EUR' })
  })

  test('a sign fits the currencies that are written with it', () => {
    for (const [sign, code] of Object.entries({
      $: 'USD',
      C$: 'CAD',
      R$: 'BRL',
      '¥': 'JPY',
      kr: 'SEK',
      zł: 'PLN',
    })) {
      assert.ok(currencyFits(sign, code), `${sign} ${code}`)
    }
    assert.ok(currencyFits('$', 'CAD'))
    assert.ok(!currencyFits('US$', 'CAD'))
    assert.ok(!currencyFits('€', 'USD'))
  })

  test('a percent sign is refused where a number is wanted', () => {
    refuses(decimal_point, ['10 %', '10%', '%10'], /is a percentage, not a number/)
    reads(decimal_comma, { '10,5 %': '10.5', '10%': '10', '%10': '10', '10': '10' }, { percent: true })
    refuses(decimal_point, ['10 % $', '10 %%'], undefined, { percent: true, currency: true })
  })

  test('an exponent is worked out exactly, unless a spreadsheet has cut digits off', () => {
    reads(decimal_point, {
      '1.5E+3': '1500',
      '1e5': '100000',
      '1.5e-3': '0.0015',
      '-2E2': '-200',
      '12E-1': '1.2',
    })
    reads(decimal_comma, { '1,5E+3': '1500' })
    refuses(decimal_point, ['4.91511E+12', '1e300', '1E+11'], /its last digits are lost/)
    refuses(decimal_point, ['1e', 'e5', '1e5.5', '1,000e3', '1e5e5', '5E'])
  })

  test('digits of other scripts and full width are digits', () => {
    reads(decimal_point, {
      '１２．５０': '12.5',
      '٣٫٥': '3.5',
      '١٬٢٣٤٫٥': '1234.5',
      '۱۲': '12',
      '१२.५': '12.5',
    })
    reads(decimal_comma, { '٣٫٥': '3.5' })
    refuses(decimal_point, ['5²', '½', 'Ⅳ', '①', '三'])
  })

  test('values are exact and have one form', () => {
    reads(decimal_point, { '0012.3450': '12.345', '.5': '0.5', '5.': '5', '0': '0', '000': '0' })
    reads(decimal_point, {
      '12.340000000000001': '12.340000000000001',
      '99999999999999.9999': '99999999999999.9999',
    })
    refuses(decimal_point, ['', ' ', '.', '-', 'abc', 'NaN', 'Infinity', '0x10', '1_000', '1/2', '1:30'])
  })

  test('a long text is refused at once and shown shortened between its characters', () => {
    assert.match(read('9'.repeat(100_000), decimal_point), /^refused: "9{60}…" is not a number/)
    assert.ok(read('😀'.repeat(100), decimal_point).includes(`"${'😀'.repeat(60)}…"`))
  })

  test('rounding is half away from zero', () => {
    assert.equal(roundDecimal('12.340000000000001', 2), '12.34')
    assert.equal(roundDecimal('-0.125', 2), '-0.13')
    assert.equal(roundDecimal('9.995', 2), '10')
    assert.equal(roundDecimal('-0.001', 2), '0')
    assert.equal(roundDecimal('0.5', 0), '1')
    assert.equal(roundDecimal('5', 2), '5')
  })
})

const decimals = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 14n - 1n }), fc.bigInt({ min: 0n, max: 9999n }))
  .map(([negative, whole, fraction]) => {
    const rest = String(fraction).padStart(4, '0').replace(/0+$/, '')
    const value = rest === '' ? String(whole) : `${whole}.${rest}`
    return negative && value !== '0' ? `-${value}` : value
  })
const locales =
  'en de de-AT de-CH fr fr-CH it es es-MX pt pt-PT sv da nb fi nl pl cs hu ru uk tr en-IN hi en-ZA ja zh ar ar-EG fa he ff-Adlm'

describe('what is written is read back', () => {
  for (const format of [decimal_point, decimal_comma, swiss, indian]) {
    test(`with ${writeDecimal('1234567.5', format)}`, () => {
      fc.assert(fc.property(decimals, (value) => read(writeDecimal(value, format), format) === value))
    })
  }

  test('in the format of every locale', () => {
    fc.assert(
      fc.property(fc.constantFrom(...locales.split(' ')), decimals, (locale, value) => {
        assert.equal(read(writeDecimal(value, formatOf(locale)), formatOf(locale)), value)
      }),
    )
  })

  test('as Intl writes it for the locale', () => {
    for (const locale of 'en de de-CH fr it pt sv fi pl ru tr en-IN ja ar ar-EG fa he'.split(' ')) {
      for (const value of ['1234567.5', '-1234567.5', '0.25', '999', '1000']) {
        const written = new Intl.NumberFormat(locale).format(Number(value))
        assert.equal(read(written, formatOf(locale)), value, `${locale} ${written}`)
      }
    }
  })

  test('no text is read as two different numbers by two formats without being written so', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.,'), maxLength: 12 }), (text) => {
        const [point, comma] = [read(text, decimal_point), read(text, decimal_comma)]
        if (point.startsWith('refused') || comma.startsWith('refused') || point === comma) return
        assert.match(text, /^[1-9]\d{0,2}[.,]\d{3}$/)
      }),
    )
  })
})

test('the formats of people', () => {
  assert.equal(writeDecimal('1234567.5', formatOf('de')), '1.234.567,5')
  assert.equal(writeDecimal('1234567.5', formatOf('de-AT')), '1.234.567,5')
  assert.equal(writeDecimal('1234567.5', formatOf('de-CH')), '1’234’567.5')
  assert.equal(writeDecimal('1234567.5', formatOf('en-IN')), '12,34,567.5')
  assert.equal(writeDecimal('1234567.5', formatOf('fr')), '1\u202f234\u202f567,5')
  assert.equal(writeDecimal('1234567.5', formatOf('no such locale')), '1,234,567.5')
})
