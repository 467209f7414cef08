import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cellReader } from './cells.ts'
import { isRefusal } from './failure.ts'
import type { Transform } from './mapping.ts'
import { type ImportableName, importableObjects } from './objects.ts'

function read(object: ImportableName, name: string, text: string, transform?: Transform): string {
  const field = importableObjects[object].fields.get(name)
  assert.ok(field, `${object} have no ${name}`)
  const value = cellReader(field, transform)(text)
  return isRefusal(value) ? `refused: ${value.reason}` : value
}

describe('cells', () => {
  test('decimals stay exact: only zeros at their ends are dropped', () => {
    const price = (text: string, transform?: Transform) => read('products', 'unit_price', text, transform)
    assert.equal(price('14.00'), '14')
    assert.equal(price('0012.3450'), '12.345')
    assert.equal(price('.5'), '0.5')
    assert.equal(price('-0.00'), '0')
    assert.equal(price('9999999999.9999'), '9999999999.9999')
    assert.equal(price('1.234,50', 'decimal_comma'), '1234.5')
    assert.equal(read('order_items', 'discount', '0.1500000'), '0.15')
    assert.equal(read('order_items', 'discount', '1.0'), '1')
  })

  test('what is no possible amount is refused', () => {
    const price = (text: string) => read('products', 'unit_price', text)
    assert.match(price('12,50'), /"12,50" is not a number/)
    assert.match(price('.'), /is not a number/)
    assert.match(price('1e5'), /is not a number/)
    assert.match(price('1.23456'), /more than 4 decimal places/)
    assert.match(price('100000000000000'), /is too large/)
    assert.match(price('4006381333931'), /is not a possible unit_price/)
    assert.match(price('-1'), /"-1" is not a possible unit_price/)
    assert.match(read('order_items', 'discount', '1.5'), /is not a possible discount/)
  })

  test('whole numbers have the bounds of the API', () => {
    assert.equal(read('order_items', 'quantity', '12.00'), '12')
    assert.match(read('order_items', 'quantity', '0'), /is not a possible quantity/)
    assert.match(read('order_items', 'quantity', '1000001'), /is not a possible quantity/)
    assert.equal(read('order_items', 'quantity', '-2.5'), '-2.5')
    assert.match(read('order_items', 'quantity', '2.1234'), /is not a possible quantity/)
  })

  test('dates are days that exist, in the order that the mapping says', () => {
    const date = (text: string, transform?: Transform) => read('orders', 'order_date', text, transform)
    assert.equal(date('1996-07-04 00:00:00.000'), '1996-07-04')
    assert.equal(date('2024-02-29T23:59:59+02:00'), '2024-02-29')
    assert.equal(date('4.7.1996', 'day_first'), '1996-07-04')
    assert.equal(date('07/04/1996', 'month_first'), '1996-07-04')
    assert.match(date('2023-02-29'), /"2023-02-29" is not a date like 2025-12-31/)
    assert.match(date('04/07/1996'), /is not a date like/)
    assert.match(date('1996-07-04 25:00'), /is not a date like/)
    assert.match(date('13/13/2000', 'day_first'), /is not a date like 31\.12\.2025/)
  })

  test('a time without a zone is UTC', () => {
    const time = (text: string) => read('interactions', 'occurred_at', text)
    assert.equal(time('2025-01-02'), '2025-01-02 00:00Z')
    assert.equal(time('2025-01-02 14:30'), '2025-01-02 14:30Z')
    assert.equal(time('2025-01-02T14:30:05.5+05:30'), '2025-01-02 14:30:05.5+05:30')
  })

  test('yes and no, either way round', () => {
    assert.equal(read('products', 'active', 'Yes'), 'true')
    assert.equal(read('products', 'active', '1', 'inverted_boolean'), 'false')
    assert.match(read('products', 'active', 'maybe'), /is neither yes nor no/)
  })

  test('text has the length of the API, counted in characters', () => {
    assert.equal(read('customers', 'city', '🏙'.repeat(100)), '🏙'.repeat(100))
    assert.match(read('customers', 'city', 'x'.repeat(101)), /longer than 100 characters/)
    assert.equal(read('companies', 'address', '12 Main St\r\n  Floor 2'), '12 Main St Floor 2')
    assert.equal(read('companies', 'notes', 'one\ntwo'), 'one\ntwo')
    assert.equal(read('customers', 'city', 'a\tb\u200b'), 'a b')
    assert.match(read('customers', 'city', 'Z\uFFFDrich'), /letters that were lost/)
    assert.match(read('customers', 'city', 'a\0'), /NUL/)
  })

  test('emails, domains and choices', () => {
    assert.equal(read('customers', 'email', 'Ann@Example.com'), 'Ann@Example.com')
    assert.match(read('customers', 'email', 'ann at example'), /is not an email address/)
    assert.equal(read('companies', 'domain', 'Example.COM'), 'example.com')
    assert.match(read('companies', 'domain', 'http://example.com'), /is not a valid domain/)
    assert.equal(read('orders', 'status', 'Shipped'), 'shipped')
    assert.equal(read('orders', 'currency', 'usd'), 'USD')
    assert.equal(read('customers', 'email', 'x@example.com\u200b'), 'x@example.com')
    assert.equal(read('customers', 'email', 'info@müller-bau.de'), 'info@müller-bau.de')
    for (const none of ['.ann@example.com', 'ann@-example.com', 'user@[192.168.1.1]']) {
      assert.match(read('customers', 'email', none), /is not an email address/)
    }
    assert.match(read('orders', 'status', 'lost'), /is none of draft, confirmed/)
  })
})
