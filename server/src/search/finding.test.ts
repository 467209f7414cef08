import assert from 'node:assert/strict'
import { before, beforeEach, describe, test } from 'node:test'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { kindParts } from '../kinds.ts'
import type { Scope } from '../scope.ts'
import type { SearchKind } from '../vocabulary.ts'
import { search } from './queries.ts'

const OURS = 1
const THEIRS = 2
const scope: Scope = { workspaceId: OURS, userId: 'rosa', role: 'representative' }

const { pool, db } = await openTestDatabase({ size: 4 })

before(async () => {
  await pool.query(`INSERT INTO workspaces (id, name) VALUES (${OURS}, 'Ours'), (${THEIRS}, 'Theirs')`)
  await pool.query(`INSERT INTO users (id, name, email) VALUES ('rosa', 'Rosa', 'rosa@ours.example')`)
  await pool.query(`INSERT INTO memberships VALUES (${OURS}, 'rosa', 'representative')`)
})
beforeEach(async () => {
  for (const table of ['orders', 'customers', 'companies', 'products', 'sales_representatives']) {
    await pool.query(`DELETE FROM ${table}`)
  }
})

async function insert(table: string, values: Record<string, unknown>, workspaceId = OURS): Promise<number> {
  const row = { workspace_id: workspaceId, ...values }
  const places = Object.keys(row).map((_, n) => `$${n + 1}`)
  const { rows } = await pool.query<{ id: number }>(
    `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${places.join(', ')}) RETURNING id`,
    Object.values(row),
  )
  return rows[0]?.id ?? 0
}

/** Adds a customer called "<first> <last>"; returns its id. */
function customer(name: string, more: Record<string, unknown> = {}, workspaceId = OURS): Promise<number> {
  const [first_name, ...last] = name.split(' ')
  return insert('customers', { first_name, last_name: last.join(' '), ...more }, workspaceId)
}
const product = (product_name: string, sku: string) =>
  insert('products', { product_name, sku, unit_price: '1', currency: 'EUR' })
const order = (order_number: string, more: Record<string, unknown> = {}) =>
  insert('orders', { order_number, order_date: '2026-01-01', currency: 'EUR', currency_digits: 2, ...more })
const myself = () => insert('sales_representatives', { last_name: 'Rossi', user_id: 'rosa' })

async function found(q: string, kind?: SearchKind): Promise<string[]> {
  const hits = await search(db, scope, { q, limit: 50, ...(kind && { kind }) }, kindParts)
  return hits.map(({ title }) => title)
}

async function idsOf(q: string, limit = 200): Promise<number[]> {
  const hits = await search(db, scope, { q, kind: 'customer', limit }, kindParts)
  return hits.map(({ id }) => id)
}

async function finds(title: string, queries: string[]): Promise<void> {
  for (const q of queries) assert.deepEqual(await found(q), [title], `"${q}"`)
}

describe('parts of words', () => {
  test('without case and accents, on both sides', async () => {
    await customer('Zoë Ångström')
    await finds('Zoë Ångström', ['zoe', 'ZOË', 'angstr', 'ÅNG', '  zoe ', 'zoé'])
    assert.deepEqual(await found('gstrom'), [])
  })

  test('letters that are written in several ways', async () => {
    await customer('Jürgen Weiß')
    await customer('Łukasz Sørensen')
    await finds('Jürgen Weiß', ['weiss', 'WEISS', 'jurgen'])
    await finds('Łukasz Sørensen', ['lukasz', 'sorensen'])
  })

  test('names in other scripts', async () => {
    const names: Record<string, string[]> = {
      'Γιώργος Παπαδόπουλος': ['γιωργοσ', 'ΓΙΏΡΓ', 'παπαδοπουλος'],
      'Олена Шевченко': ['олена', 'ШЕВЧ', 'шевченко олена'],
      'أحمد الخطيب': ['احمد', 'أَحْمَد', 'الخطيب'],
      'राहुल मिश्रा': ['राहुल', 'मिश्रा', 'मिश'],
      'דוד לוי': ['דוד', 'לוי'],
    }
    for (const name of Object.keys(names)) await customer(name)
    for (const [name, queries] of Object.entries(names)) await finds(name, queries)
  })

  test('scripts without blanks: from any character on, and both names as one', async () => {
    await customer('小明 王')
    await insert('companies', { name: '東京電力株式会社' })
    await customer('กำพล ใจดี')
    await finds('小明 王', ['王', '小明', '明', '王小明', '王小', '小明王', '王 小明'])
    await finds('東京電力株式会社', ['東京', '電力', '株式会社'])
    await finds('กำพล ใจดี', ['กำพล', 'ใจดี'])
  })

  test('scripts without blanks after others', async () => {
    await insert('companies', { name: 'ABC商事' })
    await finds('ABC商事', ['商事', 'abc 商事', 'ABC商', '商事 abc'])
  })

  test('a name with its prefix apart, and with an article', async () => {
    await customer('Ann Mc Donald')
    await finds('Ann Mc Donald', ['mcdonald', 'mc donald', 'donald', 'ann mcd'])
    await customer('علي الأحمدي')
    await finds('علي الأحمدي', ['احمدي', 'الاحمدي', 'علي أحمدي'])
  })

  test('words that signs hold together, as a whole and in parts', async () => {
    await customer("Anne O'Neil")
    await customer('Karl Müller-Lüdenscheidt')
    await finds("Anne O'Neil", ["o'neil", 'o’neil', 'oneil', 'neil', "anne o'n"])
    const whole = ['muller', 'ludens', 'müller-lü', 'mullerludenscheidt', 'lüdenscheidt-müller']
    await finds('Karl Müller-Lüdenscheidt', whole)
  })
})

describe('several words', () => {
  test('in any order, each as a beginning, all of them', async () => {
    await customer('John Smith')
    await customer('John Miller')
    const queries = ['john smith', 'smith john', 'smi jo', 'j s', 'john, smith', 'Smith; John']
    await finds('John Smith', queries)
    assert.deepEqual(await found('john taylor'), [])
  })

  test('across what a record is found by', async () => {
    await customer('Ana María García López', { email: 'ana@northwind.example', phone: '+34 600 11 22' })
    const queries = ['ana lopez', 'garcia northwind', 'lopez maria ana', 'ana 60011']
    await finds('Ana María García López', queries)
  })

  test('as common as can be, they still find who bears both, and a third narrows', async () => {
    const many = (first: string, last: string) =>
      pool.query(`INSERT INTO customers (workspace_id, first_name, last_name)
        SELECT ${OURS}, ${first}, ${last} FROM generate_series(1, 2300) i`)
    await many(`'John'`, `'Doe' || i`)
    await many(`'Jane' || i`, `'Smith'`)
    const old = await customer('John Smith', { email: 'js@northwind.example' })
    await many(`'John'`, `'Roe' || i`)
    await many(`'Joan' || i`, `'Smith'`)
    for (const q of ['john smith', 'smith john', 'john smi', 'smith joh', 'smith john northw']) {
      assert.deepEqual(await idsOf(q), [old], q)
    }
    assert.deepEqual(await found('smith john doe'), [])
    assert.equal((await idsOf('jo s')).length, 200)
  })
})

describe('numbers and addresses', () => {
  test('phone digits however they are written, from the national or the international start', async () => {
    await customer('Formatted Number', { phone: '+49 (0)30 123-4567' })
    const international = ['+49 30 1234567', '0049 30 123', '49301234567', '+49 (0)30 123']
    const national = ['030 1234567', '030/123', '(030) 123-45', '301234']
    await finds('Formatted Number', [...international, ...national, '123 4567', '4567'])
    assert.deepEqual(await found('0301234568'), [])
  })

  test('a number kept without blanks or without its country', async () => {
    await customer('Compact Number', { phone: '+4915112345678' })
    await customer('National Number', { phone: '0170 7654321' })
    await finds('Compact Number', ['015112345', '+49 151 12345678', '2345678'])
    await finds('National Number', ['+49 170 7654321', '0170', '7654'])
  })

  test('email by its start, its parts and its domain', async () => {
    await customer('Ann Lee', { email: 'Ann.Lee+news@mail.example.com' })
    await customer('Ann Leeds', { email: 'a.leeds@example.org' })
    const local = ['ann.lee+news@mail.example.com', 'ANN.LEE+', 'lee+news']
    await finds('Ann Lee', [...local, 'mail.example', 'example.com'])
    await finds('Ann Leeds', ['@example.org', 'a.leeds@'])
  })

  test('SKU and order number, whole and from any part on', async () => {
    await product('Blue chair', 'CH-0042-B')
    await order('SO-2025-000123')
    await finds('Blue chair', ['ch-0042-b', 'CH0042', 'ch 0042', '0042', '42', 'CHAIR bl'])
    const numbers = ['SO-2025-000123', 'so2025', '2025-000123', '000123', '123', 'so 2025 000123']
    await finds('SO-2025-000123', numbers)
  })

  test('a company by its name, domain and phone', async () => {
    const name = 'Northwind Traders GmbH & Co. KG'
    await insert('companies', { name, domain: 'northwind.example', phone: '(212) 555-0123' })
    await finds(name, ['traders north', 'northwind.ex', '5550123', 'kg gmbh'])
  })
})

describe('one typing error', () => {
  test('a letter wrong, missing, too many, or two swapped', async () => {
    await customer('Michael Schneider')
    const wrong = ['schneidar', 'schnider', 'schneiider', 'shcneider', 'micheal', 'micheal schneidre']
    await finds('Michael Schneider', wrong)
    assert.deepEqual(await found('schnaidar'), [], 'two errors')
  })

  test('means the more common word, and only when nothing is found', async () => {
    await customer('Eva Smooth')
    for (const first of ['Ann', 'Bob', 'Cid']) await customer(`${first} Smith`)
    assert.deepEqual(await found('smoth'), ['Cid Smith', 'Bob Smith', 'Ann Smith'])
    await customer('Dan Smothers')
    assert.deepEqual(await found('smoth'), ['Dan Smothers'])
  })

  test('in other scripts', async () => {
    await customer('Олена Шевченко')
    await finds('Олена Шевченко', ['шевчнеко'])
  })

  test('not in words that only another workspace has', async () => {
    await customer('Vladimir Tschaikowsky', {}, THEIRS)
    assert.deepEqual(await found('tschaikowski'), [])
  })
})

describe('the best first', () => {
  test('whole words before beginnings, then the newest', async () => {
    for (const name of ['Ada Mark', 'Bea Marks', 'Cem Markham', 'Dov Mark', 'Eli Marks']) await customer(name)
    assert.deepEqual(await found('mark'), ['Dov Mark', 'Ada Mark', 'Eli Marks', 'Cem Markham', 'Bea Marks'])
    assert.deepEqual((await found('mark ada'))[0], 'Ada Mark')
  })

  test('own records first, however many others there are', async () => {
    const me = await myself()
    await customer('Own Smith', { assigned_sales_rep_id: me })
    await customer('Own Smithson', { assigned_sales_rep_id: me })
    await pool.query(`INSERT INTO customers (workspace_id, first_name, last_name)
      SELECT ${OURS}, 'Other' || i, 'Smith' FROM generate_series(1, 3000) i`)
    assert.equal((await found('smith'))[0], 'Own Smith')
    assert.deepEqual((await found('smit')).slice(0, 2), ['Own Smithson', 'Own Smith'])
    assert.equal((await found('smith o'))[0], 'Own Smith')
    const [first] = await search(db, { ...scope, userId: 'nobody' }, { q: 'smit', limit: 1 }, kindParts)
    assert.match(first?.title ?? '', /^Other/)
  })

  test('own orders first, then the highest numbers', async () => {
    const me = await myself()
    for (const n of [1, 2, 3, 4]) await order(`2026-000${n}`, n === 2 ? { sales_rep_id: me } : {})
    const best = ['2026-0002', '2026-0004', '2026-0003', '2026-0001']
    assert.deepEqual(await found('2026-', 'order'), best)
    assert.deepEqual(await found('2026-0003'), ['2026-0003'])
  })

  test('kinds take turns, so that many customers hide no product', async () => {
    for (let n = 0; n < 5; n++) await customer(`C${n} Stone`)
    await product('Stone table', 'ST-1')
    await insert('companies', { name: 'Stone Ltd' })
    const hits = await search(db, scope, { q: 'stone', limit: 3 }, kindParts)
    assert.deepEqual(
      hits.map(({ kind }) => kind),
      ['customer', 'company', 'product'],
    )
  })
})

describe('what a hit shows', () => {
  test('a title and a second line, for each kind', async () => {
    const rep = await insert('sales_representatives', { last_name: 'Qua', email: 'qua@ours.example' })
    const id = await customer('Qara Quist', { email: 'qq@x.example', assigned_sales_rep_id: rep })
    await insert('companies', { name: 'Qubit', domain: 'qubit.example' })
    await product('Quartz', 'QZ-1')
    await order('Q-1', { customer_id: id })
    const hits = await search(db, scope, { q: 'q', limit: 10 }, kindParts)
    const lines = hits.map(({ kind, title, detail }) => `${kind}: ${title} (${detail})`)
    assert.deepEqual(lines.sort(), [
      'company: Qubit (qubit.example)',
      'customer: Qara Quist (qq@x.example)',
      'order: Q-1 (Qara Quist)',
      'product: Quartz (QZ-1)',
      'sales_representative: Qua (qua@ours.example)',
    ])
    assert.deepEqual(await idsOf('qui', 10), [id])
  })

  test('a customer without a name is found and shown by the email', async () => {
    await insert('customers', { email: 'info@nameless.example' })
    await finds('info@nameless.example', ['info', 'nameless.example', 'info@nameless.example'])
  })
})

describe('bounds', () => {
  test('another workspace is invisible', async () => {
    await customer('Hidden Person', { email: 'hidden@x.example', phone: '+49 30 999999' }, THEIRS)
    for (const q of ['hidden', 'person', 'hidden person', 'hidden@x.example', '999999', 'hiden']) {
      assert.deepEqual(await found(q), [], q)
      assert.deepEqual(await idsOf(q), [], q)
    }
  })

  test('questions of signs, blanks and wildcards find nothing and break nothing', async () => {
    await customer('Someone Else', { phone: '+49 30 1' })
    const signs = [
      ' ',
      '%',
      '_',
      '%%%',
      '*',
      '"',
      "'",
      '\\',
      '--',
      '(',
      '()',
      ':*',
      '&',
      '| !',
      '<->',
      '@',
      '+',
    ]
    const characters = [
      '\0',
      '\n',
      '....',
      '٪',
      '。',
      '\u{10FFFF}',
      '\uD800',
      '💥',
      '$1',
      "'; DROP TABLE customers; --",
    ]
    const long = ['x', '% ', 'a ', '(', '9', '字', '-', '\u0301'].map((text) =>
      text.repeat(100 / text.length),
    )
    for (const q of [...signs, ...characters, ...long, '0', '000']) {
      assert.deepEqual(await found(q), [], JSON.stringify(q))
    }
    await finds('Someone Else', ['%some_'])
    assert.deepEqual(await found('som%ne'), [], 'a wildcard stands for no letter')
  })

  test('no more hits than asked for, and at most 200', async () => {
    await pool.query(`INSERT INTO customers (workspace_id, last_name)
      SELECT ${OURS}, 'Many' || i FROM generate_series(1, 500) i`)
    assert.equal((await search(db, scope, { q: 'man', limit: 7 }, kindParts)).length, 7)
    assert.equal((await idsOf('many', 1_000)).length, 200)
  })

  test('a kind alone', async () => {
    await customer('Both Ways')
    await insert('companies', { name: 'Both Ltd' })
    assert.deepEqual(await found('both', 'company'), ['Both Ltd'])
    assert.deepEqual(await found('both w', 'company'), [])
  })
})
