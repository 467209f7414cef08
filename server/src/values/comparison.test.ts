import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type pg from 'pg'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import { cleanEmail, emailKey, isEmail } from './email.ts'
import { foldWord } from './fold.ts'
import { cleanLine, textFault } from './text.ts'
import { writeValueList } from './value-list.ts'

let app: TestApp
let pool: pg.Pool
let member: Member
before(async () => {
  app = await startTestApp()
  pool = app.pool
  member = await (await createWorkspace(app)).join('manager')
})
after(() => app.close())

async function made(
  what: 'normalize_text' | 'email_key' | 'natural_key',
  texts: string[],
): Promise<string[]> {
  const { rows } = await pool.query<{ made: string }>(
    `SELECT ${what}(text) AS made FROM unnest($1::text[]) WITH ORDINALITY AS each (text, place) ORDER BY place`,
    [texts],
  )
  return rows.map((row) => row.made)
}

/** Letters, digits and signs between these code points, each within a word. */
function wordsOf(ranges: [first: number, last: number][]): string[] {
  return ranges
    .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n))
    .map((code) => String.fromCodePoint(code))
    .filter((sign) => /[\p{L}\p{N}\p{M}]/u.test(sign))
    .map((sign) => `x${sign}y`)
}

test('words that are looked up in memory fold as the database folds them, in every script', async () => {
  const words = [
    ...wordsOf([
      // Latin, Greek, Cyrillic, Hebrew, Arabic.
      [0x20, 0xba],
      [0xbf, 0x17f],
      [0x386, 0x3ce],
      [0x400, 0x45f],
      [0x5d0, 0x5ea],
      [0x620, 0x669],
      // Devanagari, Thai, Vietnamese, kana, Hangul, full and half width.
      [0x904, 0x96f],
      [0xe01, 0xe5b],
      [0x1ea0, 0x1ef9],
      [0x3041, 0x30ff],
      [0xac00, 0xac40],
      [0xff10, 0xff5a],
      [0xff66, 0xff9f],
    ]),
    ...[
      "O'Neil",
      'O’Neil',
      'O`Neil',
      'O´Neil',
      'A–1',
      'New \u3000 York',
      ' a ',
      'Lon\u200bdon',
      'Ὀδυσσεύς',
      '٤٢',
      'ﬁsh',
    ],
  ]
  const folded = await made('normalize_text', words)
  assert.deepEqual(
    words.map((word) => [word, foldWord(word)]),
    words.map((word, index) => [word, folded[index]]),
  )
})

describe('text is the same if people take it for the same', () => {
  const same: string[][] = [
    ['London', 'london', 'LONDON', ' London ', 'Lon\u200bdon', 'Ｌｏｎｄｏｎ', 'Lo\u00adndon'],
    ['Zürich', 'ZÜRICH', 'Zu\u0308rich', 'zurich'],
    ['Straße', 'STRASSE', 'strasse', 'STRAẞE'],
    ["O'Neil", 'O’Neil', 'O‘Neil', 'Oʼneil', 'O`Neil', 'O´Neil', 'OʻNEIL'],
    ['A-1', 'A–1', 'A—1', 'A‐1', 'a‑1', 'A−1'],
    ['New York', 'New  York', 'new\u00a0york', 'New \u3000York'],
    ['Łukasz', 'lukasz'],
    ['İstanbul', 'istanbul', 'ISTANBUL', 'ıstanbul'],
    ['Фёдор', 'федор'],
    ['Ὀδυσσεύς', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['Nguyễn', 'nguyen'],
    ['أحمد', 'احمد', 'أَحْمَد'],
    ['שָׁלוֹם', 'שלום'],
    ['ﬁsh', 'fish'],
    ['Æsop', 'aesop'],
    ['٤٢', '42', '４２'],
    ['می‌خواهم', 'میخواهم'],
    ['㈱商事', '(株)商事'],
    ['ｶﾞｽ', 'ガス'],
  ]
  for (const spellings of same) {
    test(spellings.join(', '), async () => {
      assert.equal(new Set(await made('normalize_text', spellings)).size, 1)
    })
  }
  const apart: [string, string][] = [
    ['Ann', 'Anna'],
    ['Кий', 'Кии'],
    ['ガス', 'カス'],
    ['A-1', 'A1'],
    ['T-10', 'T-010'],
    ['NewYork', 'New York'],
  ]
  for (const [one, other] of apart) {
    test(`but not ${one} and ${other}`, async () => {
      const [a, b] = await made('normalize_text', [one, other])
      assert.notEqual(a, b)
    })
  }

  test('cleaning never makes another text of it, and folding twice is folding once', async () => {
    const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 20 }), { numRuns: 2_000, seed: 11 })
    const kept = texts.filter((text) => textFault(text) === undefined).map(cleanLine)
    const folded = await made('normalize_text', kept)
    const again = await made('normalize_text', folded)
    const unstable = kept.filter((_, at) => folded[at] !== again[at])
    // Two ligatures of Arabic blessings and the like unfold in steps; nobody types them into a name.
    assert.ok(unstable.length < kept.length / 100, JSON.stringify(unstable))
    const padded = await made(
      'normalize_text',
      kept.map((text) => ` ${text}\u200b `),
    )
    assert.deepEqual(padded, folded)
  })
})

test('an email address has one key, in SQL as in the code', async () => {
  const local = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  const addresses = fc
    .sample(fc.tuple(local, fc.constantFrom('example.com', 'MÜLLER-bau.de', 'ΠΑΡΆΔΕΙΓΜΑΣ.gr', 'İ.tr')), {
      numRuns: 3_000,
      seed: 11,
    })
    .map((parts) => cleanEmail(parts.join('@')))
    .filter(isEmail)
  assert.ok(addresses.length > 500)
  assert.deepEqual(await made('email_key', addresses), addresses.map(emailKey))
})

describe('numbers in text sort as numbers', () => {
  const sorted: string[][] = [
    ['T-1', 'T-9', 't-10', 'T-11', 'T-100'],
    ['2024-9', '2024-10', '2025-1'],
    ['Chair 9', 'chair 10', 'Chair 10a'],
    ['SO-2025-2', 'SO-2025-010', 'SO-2025-11'],
    ['A', 'A1', 'A1B2', 'A1B10', 'B'],
    ['9'.repeat(12), `1${'0'.repeat(12)}`, `1${'0'.repeat(14)}`],
  ]
  for (const texts of sorted) {
    test(texts.join(', '), async () => {
      const keys = await made('natural_key', texts)
      assert.deepEqual(
        keys,
        keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      )
      assert.equal(new Set(keys).size, texts.length)
    })
  }
})

describe('lists compare alike in every field of words', () => {
  const idsOf = async (path: string, query: Record<string, string | boolean>) => {
    const { items } = await member.ok(path as 'GET /api/customers', { query }) // All lists have this shape.
    return items.map(({ id }) => id)
  }

  test('customers by city, country and source', async () => {
    const body = { last_name: 'Fields', city: 'Zürich', country: 'Österreich', source: 'Word of mouth' }
    const { id } = await member.ok('POST /api/customers', { body })
    const queries: Record<string, string>[] = [
      { city: 'zurich' },
      { city: 'ZÜRICH', country: 'osterreich' },
      { 'city[in]': 'Oslo,zurich' },
      { source: 'word  of mouth' },
    ]
    for (const query of queries) {
      assert.deepEqual(await idsOf('GET /api/customers', query), [id], JSON.stringify(query))
    }
    assert.deepEqual(await idsOf('GET /api/customers', { last_name: 'fields', 'city[not]': 'zurich' }), [])
  })

  test('companies by industry, products by category and SKU', async () => {
    const company = await member.ok('POST /api/companies', { body: { name: 'A', industry: 'Café' } })
    assert.deepEqual(await idsOf('GET /api/companies', { industry: 'CAFE' }), [company.id])
    const body = { product_name: 'P', unit_price: '1', category: 'Möbel', sku: 'Stuhl–1' }
    const product = await member.ok('POST /api/products', { body })
    assert.deepEqual(await idsOf('GET /api/products', { category: 'mobel' }), [product.id])
    assert.deepEqual(await idsOf('GET /api/products', { sku: 'stuhl-1' }), [product.id])
    await member.refused(409, 'POST /api/products', { body: { ...body, sku: 'STUHL-1' } })
  })

  test('a value with a comma is one value of a list', async () => {
    const city = 'Washington, D.C.'
    const there = await member.ok('POST /api/customers', { body: { last_name: 'Comma', city } })
    const bern = await member.ok('POST /api/customers', { body: { last_name: 'Comma', city: 'Bern' } })
    const list = writeValueList([city, 'Bern'])
    assert.equal(list, '"Washington, D.C.",Bern')
    const found = await idsOf('GET /api/customers', { 'city[in]': list, sort: 'created_at' })
    assert.deepEqual(found, [there.id, bern.id])
    assert.deepEqual(await idsOf('GET /api/customers', { 'city[in]': '"washington, d.c."' }), [there.id])
    for (const broken of ['"Bern', '"Bern"x', 'Bern,', '']) {
      const { errors } = await member.refused(400, 'GET /api/customers', { query: { 'city[in]': broken } })
      assert.equal(errors[0]?.path, 'query/city[in]')
    }
  })

  test('what looks empty is empty', async () => {
    const body = { last_name: 'Nowhere', city: '', country: ' \u200b' }
    const { id } = await member.ok('POST /api/customers', { body })
    const query = { last_name: 'nowhere', 'city[empty]': true, 'country[empty]': true }
    assert.deepEqual(await idsOf('GET /api/customers', query), [id])
    assert.deepEqual(await idsOf('GET /api/customers', { ...query, 'city[empty]': false }), [])
  })

  test('orders by number, without case, in the order of their numbers', async () => {
    const product = await member.ok('POST /api/products', { body: { product_name: 'Q', unit_price: '1' } })
    const items = [{ product_id: product.id, quantity: 1 }]
    const ids = new Map<string, number>()
    for (const order_number of ['T-9', 'T-10', 'T-1', 'T-100']) {
      ids.set(order_number, (await member.ok('POST /api/orders', { body: { order_number, items } })).id)
    }
    const numbered = (...numbers: string[]) => numbers.map((number) => ids.get(number))
    assert.deepEqual(await idsOf('GET /api/orders', { order_number: 't-10' }), numbered('T-10'))
    const sorted = numbered('T-1', 'T-9', 'T-10', 'T-100')
    assert.deepEqual(await idsOf('GET /api/orders', { sort: 'order_number' }), sorted)
    assert.deepEqual(
      await idsOf('GET /api/orders', { 'order_number[prefix]': 't-1' }),
      numbered('T-1', 'T-10', 'T-100'),
    )
  })

  test('emails are unique without regard to case and what nobody sees, where they must be', async () => {
    const owner = await (await createWorkspace(app, 'Unique')).join('owner')
    await owner.ok('PATCH /api/workspace', { body: { version: 1, unique_customer_emails: true } })
    await owner.ok('POST /api/customers', { body: { last_name: 'One', email: 'x@example.com' } })
    for (const email of ['x@example.com\u200b', 'X@EXAMPLE.COM', ' x@example.com ', 'x\u200d@example.com']) {
      await owner.refused(409, 'POST /api/customers', { body: { last_name: 'Two', email } })
    }
  })
})
