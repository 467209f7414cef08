import { describe, test } from 'node:test'
import { becomes, read, type Said } from '../../../test/fixtures/cells.ts'
import type { Transform } from './mapping.ts'

describe('numbers', () => {
  const price = (said: Transform | Said) => (text: string) => read('products', 'unit_price', text, said)

  test('with a decimal comma: a point that makes no groups of three is refused', () => {
    becomes(price('decimal_comma'), {
      '1.234,50': '1234.5',
      '1.234': '1234',
      '12,5': '12.5',
      '12.50': /is not a number like 1\.234,5/,
      '0.99': /is not a number/,
      '19.9900': /is not a number/,
    })
  })

  test('in the format that is said for the file, or else for the field', () => {
    becomes(price({ file: { numbers: 'decimal_point' } }), { '1,234.50': '1234.5', '1,234': '1234' })
    becomes(price({ file: { numbers: 'decimal_comma' } }), { '1.234,50': '1234.5' })
    becomes(price({ file: { numbers: 'decimal_comma' }, transforms: ['decimal_point'] }), { '1,234': '1234' })
    becomes(price('swiss'), { "1'234.50": '1234.5', '1,234.50': /is not a number/ })
    becomes(price('indian'), { '12,34,567': '1234567' })
  })

  test('of which nothing is said are read where they can mean one thing only, and else name the option', () => {
    becomes(price({}), {
      '1,234.50': '1234.5',
      '1 234.50': '1234.5',
      '1.5E+3': '1500',
      '1,234':
        /could be 1234 or 1\.234\. If the file writes numbers otherwise, say so in the mapping: "numbers"/,
      '1.234,50': /is not a number.*"numbers": "decimal_comma"/,
      '(5.00)': /"\(5\.00\)" is negative, which unit_price cannot be\. .* negative quantity/,
      '4.91511E+12': /its last digits are lost/,
    })
  })

  test('of which nothing is said are refused where a point may part thousands', () => {
    const either =
      /could be 1\.234 or 1234\. If the file writes numbers otherwise, say so in the mapping: "numbers"/
    for (const text of ['1.234', '€1.234', '-1.234', '1.234 EUR']) {
      becomes(price({ currency: 'EUR' }), { [text]: text.startsWith('-') ? /could be/ : either })
    }
    becomes(price({ currency: 'EUR' }), {
      '0.125': '0.125',
      '1.23': '1.23',
      '1234.567': '1234.567',
      '1.2345': '1.2345',
    })
    becomes(price({ currency: 'JPY' }), { '1.234': either })
    becomes(price({ currency: 'KWD' }), { '1.234': '1.234' })
    const quantity = (format: object) => (text: string) => read('order_items', 'quantity', text, format)
    becomes(quantity({}), { '1.500': /could be 1\.500 or 1500/, '1.5': '1.5', '0.125': '0.125' })
    becomes(quantity({ file: { numbers: 'decimal_point' } }), { '1.500': '1.5' })
    becomes(quantity({ file: { numbers: 'decimal_comma' } }), { '1.500': '1500', '1,500': '1.5' })
  })

  test('of amounts may carry the sign of the currency of their row, and no other', () => {
    becomes(price({ currency: 'USD' }), {
      '$1234.50': '1234.5',
      '1234.50 USD': '1234.5',
      '5 €': /not an amount in USD/,
      'US $5': '5',
      '$5 USD': '5',
      '$5 CAD': /not an amount in USD/,
      '$5 EUR': /not a number/,
    })
    becomes((text) => read('order_items', 'quantity', text, { currency: 'USD' }), {
      $5: /not a plain number/,
    })
  })

  test('with a long tail of a float are refused, and rounded if the mapping says so', () => {
    becomes(price({}), { '12.340000000000001': /more than 4 decimal places; the transform "round"/ })
    becomes(price('round'), { '12.340000000000001': '12.34', '0.00005': '0.0001', '12.3': '12.3' })
    becomes(price({ transforms: ['round', 'decimal_comma'] }), { '12,340000000000001': '12.34' })
  })

  test('that are shares say whether they are per cents: one alone may be the whole or one per cent', () => {
    const discount = (said: Transform | Said) => (text: string) => read('order_items', 'discount', text, said)
    becomes(discount({}), {
      '0.15': '0.15',
      '0': '0',
      '10 %': '0.1',
      '1%': '0.01',
      '1': /may be the whole or one per cent.*"percent"; if not, "share"/,
      '1.0': /may be the whole or one per cent/,
      '10': /is no share of one.*"percent"/,
      '-0.1': /is negative, which discount cannot be/,
    })
    becomes(discount('percent'), {
      '1': '0.01',
      '10 %': '0.1',
      '0.15': '0.0015',
      '100': '1',
      '101': /is not a possible discount/,
      '12.345': /more than 4 decimal places/,
    })
    becomes(discount({ transforms: ['percent', 'decimal_comma'] }), { '10,5%': '0.105', '7,25': '0.0725' })
    becomes(discount('share'), { '1': '1', '0.15': '0.15', '10': /is not a possible discount/ })
  })
})
