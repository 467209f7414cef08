import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { becomes, read, type Said } from '../../../test/fixtures/cells.ts'
import { harmlessCell, plainCell } from '../files/cell-text.ts'
import type { Transform } from './mapping.ts'

describe('cells', () => {
  test('decimals stay exact: only zeros at their ends are dropped', () => {
    const price = (text: string, said?: Transform) => read('products', 'unit_price', text, said)
    assert.equal(price('14.00'), '14')
    assert.equal(price('0012.3450'), '12.345')
    assert.equal(price('.5'), '0.5')
    assert.equal(price('-0.00'), '0')
    assert.equal(price('9999999999.9999'), '9999999999.9999')
    assert.equal(price('1.234,50', 'decimal_comma'), '1234.5')
    assert.equal(read('order_items', 'discount', '0.1500000'), '0.15')
  })

  test('what is no possible amount is refused', () => {
    const price = (text: string) => read('products', 'unit_price', text)
    assert.match(price('12,50'), /"12,50" is not a number/)
    assert.match(price('.'), /is not a number/)
    assert.equal(price('1e5'), '100000')
    assert.match(price('1.23456'), /more than 4 decimal places/)
    assert.match(price('100000000000000'), /is too large/)
    assert.match(price('4006381333931'), /is not a possible unit_price/)
    assert.match(price('-1'), /"-1" is negative, which unit_price cannot be/)
    assert.match(read('order_items', 'discount', '1.5'), /is no share of one/)
  })

  test('whole numbers have the bounds of the API', () => {
    assert.equal(read('order_items', 'quantity', '12.00'), '12')
    assert.match(read('order_items', 'quantity', '0'), /is not a possible quantity/)
    assert.match(read('order_items', 'quantity', '1000001'), /is not a possible quantity/)
    assert.equal(read('order_items', 'quantity', '-2.5'), '-2.5')
    assert.match(read('order_items', 'quantity', '2.1234'), /is not a possible quantity/)
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

test('an email is the address in what programs write around it, if it is the only one', () => {
  becomes((text) => read('customers', 'email', text), {
    'Jane Lee <jane@example.com>': 'jane@example.com',
    '"Lee, Jane" <jane@example.com>;': 'jane@example.com',
    'jane@example.com <jane@example.com>': 'jane@example.com',
    'mailto:jane@example.com?subject=Hi': 'jane@example.com',
    "'jane@example.com'": 'jane@example.com',
    'jane@example.com; bob@example.com': /is not an email address\. If the cell has several, "split"/,
    'jane@example.com <bob@example.com>': /is not an email address/,
    'mailto:jane@example.com,bob@example.com': /is not an email address/,
  })
})

test('yes and no are read in the languages of spreadsheets', () => {
  const active = (text: string) => read('products', 'active', text)
  for (const yes of ['WAHR', 'ja', 'VRAI', 'Oui', 'VERDADERO', 'Sí', 'prawda'])
    assert.equal(active(yes), 'true')
  for (const no of ['FALSCH', 'nein', 'FAUX', 'non', 'FALSO', 'Não', 'fałsz'])
    assert.equal(active(no), 'false')
  assert.match(active('x'), /neither yes nor no.*"values"/)
})

describe('days', () => {
  const day = (said: Transform | Said) => (text: string) => read('orders', 'order_date', text, said)

  test('exist, and stand in the order that the mapping says', () => {
    becomes(day({}), {
      '1996-07-04 00:00:00.000': '1996-07-04',
      '2025/12/31': '2025-12-31',
      '20251231': '2025-12-31',
      '2025年12月31日': '2025-12-31',
      '2023-02-29': /"2023-02-29" is not a date like 2025-12-31/,
      '04/07/1996': /is not a date like.*"day_first" or "month_first"/,
      '1996-07-04 25:00': /is not a date like/,
      '2025-12/31': /is not a date/,
      '2025-12-31x': /is not a date/,
    })
    becomes(day('day_first'), {
      '4.7.1996': '1996-07-04',
      '31. 12. 2025': '2025-12-31',
      '31/12/2025 14:30': '2025-12-31',
      '2025-12-31': '2025-12-31',
      '13/13/2000': /is not a date like 31\.12\.2025/,
      '12-31.2025': /is not a date/,
    })
    becomes(day('month_first'), {
      '07/04/1996': '1996-07-04',
      '12/31/2025 2:30 PM': '2025-12-31',
      '12/31/2025, 14:30:00': '2025-12-31',
      '2025-12-31': '2025-12-31',
      '31/12/2025': /is not a date like 12\/31\/2025/,
    })
    becomes(day('year_first'), { '25/12/31': '2025-12-31', '31/12/2025': /is not a date/ })
    becomes(day({ file: { dates: 'day_first' } }), { '04/07/1996': '1996-07-04' })
  })

  test('may be written in digits of any script, with the day of the week, and in other spellings of a month', () => {
    becomes(day('day_first'), {
      '٣١/١٢/٢٠٢٥': '2025-12-31',
      '３１．１２．２０２５': '2025-12-31',
      '२०२५-१२-३१': '2025-12-31',
      'Wed 31/12/2025': '2025-12-31',
      '31/12/2025 23:30 CET': '2025-12-31',
      '31. Dezember 2025': /Names of months are English, or of the language that "month_names"/,
      '0000-00-00': /If it means that there is nothing, name it in "null_words"/,
    })
    const german = { file: { dates: 'day_first', month_names: 'de' } } as const
    becomes(day(german), { '31-Mrz-25': '2025-03-31', 'Mi, 31.12.2025 um 14:30 Uhr': '2025-12-31' })
    becomes(day({ file: { month_names: 'fr' } }), { '1er aout 2025': '2025-08-01' })
    becomes(day({ file: { month_names: 'tr' } }), { '31 ARALIK 2025': '2025-12-31' })
  })

  test('may have years of two digits: from 70 on they are of the last century', () => {
    becomes(day('month_first'), { '1/2/26': '2026-01-02', '1/2/69': '2069-01-02', '1/2/70': '1970-01-02' })
    becomes(day({}), { "31 Dec '25": '2025-12-31' })
  })

  test('may have names of months, in English and in a language that the mapping names', () => {
    becomes(day({}), {
      '31 Dec 2025': '2025-12-31',
      'Dec 31, 2025': '2025-12-31',
      'December 31st, 2025': '2025-12-31',
      '31-Dec-25': '2025-12-31',
      '2025-Dec-31': '2025-12-31',
      '1 Sept. 2025': '2025-09-01',
      'Wed, 31 Dec 2025 23:30:00 +0000': '2025-12-31',
      'Wed Dec 31 2025 14:30:00 GMT+0100 (Central European Standard Time)': '2025-12-31',
      '31 Dez 2025': /is not a date/,
      'Foo, 31 Dec 2025': /is not a date/,
    })
    becomes(day({ file: { month_names: 'de' } }), {
      '31. Dezember 2025': '2025-12-31',
      '1. März 2025': '2025-03-01',
    })
    becomes(day({ file: { month_names: 'fr' } }), {
      '31 décembre 2025': '2025-12-31',
      '1 févr. 2025': '2025-02-01',
    })
    becomes(day({ file: { month_names: 'es' } }), { '31 de diciembre de 2025': '2025-12-31' })
    becomes(day({ file: { month_names: 'ru' } }), { '31 декабря 2025': '2025-12-31' })
  })

  test('lie in years in which something can have been done', () => {
    becomes(day({}), {
      '0202-03-04': /is not in the years 1900 to 2199/,
      '1899-12-30': /is not in the years/,
      '9999-12-31': /is not in the years/,
      '1900-01-01': '1900-01-01',
    })
  })

  test('as spreadsheets count them are refused, and read if the mapping says so', () => {
    becomes(day({}), { '45657': /the transform "excel_serial" reads it/, '0': /is not a date/ })
    becomes(day('excel_serial'), { '45657': '2024-12-31', '45657.75': '2024-12-31', '60': /is not a date/ })
    becomes(day({ transforms: ['excel_serial', 'day_first'] }), {
      '45657': '2024-12-31',
      '31.12.2024': '2024-12-31',
    })
    becomes(day('unix_time'), { '1767225600': '2026-01-01', '1767225600000': '2026-01-01' })
  })

  test('of a moment are those of the workspace, however the offset is written', () => {
    becomes(day({ zone: 'Europe/Berlin' }), {
      '2025-12-31T23:30:00Z': '2026-01-01',
      '2026-05-01 09:59:00 +0200': '2026-05-01',
      '2025-12-31 23:30 UTC': '2026-01-01',
      '2025-12-31 23:30 GMT': '2026-01-01',
      '2025-12-31T23:30:00+00': '2026-01-01',
      '2025-12-31 23:30:00 +01:00': '2025-12-31',
      '2025-12-31T23:30Z[Europe/London]': '2026-01-01',
      '2025-12-31 16:30 PST': '2026-01-01',
      '20251231T233000Z': '2026-01-01',
      '2025-12-31 23:30': '2025-12-31',
      '2025-12-31 24:00': '2026-01-01',
      '2025-12-31 23:30 XYZ': /is not a date/,
      '2025-12-31 23:30 +25:00': /is not a date/,
    })
    becomes(day({ zone: 'Europe/Berlin', file: { time_zone: 'America/New_York' } }), {
      '2025-12-31 19:30': '2026-01-01',
      '2025-12-31': '2025-12-31',
    })
  })
})

describe('moments', () => {
  const moment = (said: Transform | Said) => (text: string) =>
    Temporal.Instant.from(read('interactions', 'occurred_at', text, said)).toString()

  test('without a zone are in that of the workspace, or of the mapping', () => {
    becomes(moment({ zone: 'Europe/Berlin' }), {
      '2025-01-02': '2025-01-01T23:00:00Z',
      '2025-01-02 14:30': '2025-01-02T13:30:00Z',
      '2025-01-02 2 PM': '2025-01-02T13:00:00Z',
      '2025-01-02 14.30': '2025-01-02T13:30:00Z',
      '2025-01-02 14h30': '2025-01-02T13:30:00Z',
      '2025-01-02T14:30:05.5+05:30': '2025-01-02T09:00:05.5Z',
      '2025-01-02 14:30 America/New_York': '2025-01-02T19:30:00Z',
    })
    becomes(moment({ zone: 'Europe/Berlin', file: { time_zone: 'Asia/Tokyo' } }), {
      '2025-01-02': '2025-01-01T15:00:00Z',
      '2025-01-02 14:30': '2025-01-02T05:30:00Z',
    })
    becomes((text) => read('interactions', 'occurred_at', text), {
      yesterday: /is not a date like/,
      '1899-12-30': /is not in the years/,
    })
  })
})

describe('what spreadsheets do to cells', () => {
  test('digits that were cut off are noticed in lines of text', () => {
    becomes((text) => read('customers', 'phone', text), { '4.91511E+12': /was shortened by a spreadsheet/ })
    becomes((text) => read('customers', 'postal_code', text), { '1,2E+10': /was shortened by a spreadsheet/ })
    becomes((text) => read('products', 'sku', text), { '1E5': '1E5', 'E+10': 'E+10' })
  })

  test('what is shown instead of a value is none, and is left to be text where it could be', () => {
    const failed = ['#N/A', '#NV', '#REF!', '#BEZUG!', '#NAME?', '#WERT!', '#VALEUR!', '#¡VALOR!', '#DIV/0!']
    for (const word of failed) {
      becomes((text) => read('customers', 'city', text), { [word]: /where a formula failed.*"null_words"/ })
    }
    becomes((text) => read('customers', 'phone', text), { '########': /column is too narrow/ })
    becomes((text) => read('customers', 'city', text), { '#1': '#1', '#N/A Ltd': '#N/A Ltd', '#': '#' })
  })

  test('armour around text and marks before it are no part of it', () => {
    const cases: Record<string, string> = {
      '="01234"': '01234',
      '="say ""hi"""': 'say "hi"',
      "'01234": '01234',
      "'+49 30 1234": '+49 30 1234',
      "'=SUM(A1)": '=SUM(A1)',
      "'s-Hertogenbosch": "'s-Hertogenbosch",
      "'t Hooft": "'t Hooft",
      '=A1': '=A1',
    }
    for (const [cell, text] of Object.entries(cases)) assert.equal(plainCell(cell), text)
  })

  test('a cell that was made harmless is read as the cell itself', () => {
    const cell = fc.string({ unit: fc.constantFrom(...`='"+-@\t\r\n 1aé＝`), maxLength: 8 })
    fc.assert(
      fc.property(cell, (text) => {
        assert.equal(plainCell(harmlessCell(text)), plainCell(text))
        assert.doesNotMatch(harmlessCell(text), /^\s*[=+\-@＝＋－＠]|^[\t\r]/)
      }),
      { numRuns: 1_000 },
    )
  })
})
