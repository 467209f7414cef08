import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../test/fixtures/importing.ts'
import { ROW_LENGTH_MAX } from './files/csv-rows.ts'
import type { FileMapping, Mapping } from './mapping/mapping.ts'
import type { ImportResult } from './run-import.ts'

let bench: ImportBench
before(async () => {
  bench = await openImportBench()
})
after(() => bench.close())

const COLUMNS = { first_name: 'first', last_name: 'last', email: 'email', phone: 'phone', postal_code: 'zip' }

function customers(file: Partial<FileMapping> = {}, columns: Record<string, string> = COLUMNS): Mapping {
  const records: FileMapping['records'] = [{ object: 'customers', external_id: 'id', fields: columns }]
  return { name: 'test', files: [{ file: 'c.csv', records, ...file }] }
}

interface Outcome {
  result: ImportResult
  /** "first last, zip" of each customer that came in. */
  names: string[]
  /** "line: reason" of each row that did not. */
  errors: string[]
}

async function bringIn(mapping: Mapping, content: string | Buffer): Promise<Outcome> {
  const workspaceId = await bench.workspace()
  const result = await bench.run(workspaceId, mapping, { 'c.csv': content })
  const rows = await bench.rows<{ name: string; zip: string | null }>(
    `SELECT btrim(first_name || ' ' || last_name) AS name, postal_code AS zip
     FROM customers WHERE workspace_id = $1 ORDER BY id`,
    [workspaceId],
  )
  const errors = await bench.rows<{ line: number; reason: string }>(
    'SELECT line, reason FROM import_errors WHERE workspace_id = $1 ORDER BY line',
    [workspaceId],
  )
  return {
    result,
    names: rows.map(({ name, zip }) => (zip === null ? name : `${name}, ${zip}`)),
    errors: errors.map(({ line, reason }) => `${line}: ${reason}`),
  }
}

async function brings(mapping: Mapping, content: string | Buffer, names: string[], errors: RegExp[] = []) {
  const outcome = await bringIn(mapping, content)
  assert.equal(outcome.result.failure, null)
  assert.deepEqual(outcome.names, names)
  assert.equal(outcome.errors.length, errors.length, outcome.errors.join('\n'))
  for (const [index, error] of errors.entries()) assert.match(outcome.errors[index] ?? '', error)
}

const HEADER = 'id,first,last,email,phone,zip\n'

describe('a file', () => {
  test('is read in every Unicode encoding with a mark', async () => {
    const text = `\ufeff${HEADER}1,Łukasz,Żak,l@example.com,1,00-950\n`
    const utf16 = Buffer.from(text, 'utf16le')
    for (const content of [Buffer.from(text), utf16, Buffer.from(utf16).swap16()]) {
      await brings(customers(), content, ['Łukasz Żak, 00-950'])
    }
  })

  test('in another encoding is read as the mapping says, and refused by rows if it says nothing', async () => {
    const content = Buffer.from(
      `${HEADER}1,J\u00fcrgen,M\u00fcller,j@example.com,1,2\n2,Ann,Lee,a@example.com,,\n`,
      'latin1',
    )
    await brings(customers({ encoding: 'windows-1252' }), content, ['Jürgen Müller, 2', 'Ann Lee'])
    await brings(customers(), content, ['Ann Lee'], [/^2: .*encoding/])
  })

  test('is not read in another encoding than it is in, because the mapping says so', async () => {
    const mapping = customers({ encoding: 'windows-1252' })
    const content = Buffer.from(`${HEADER}1,Jürgen,Müller,j@example.com,1,2\n`)
    const workspaceId = await bench.workspace()
    const { failure } = await bench.run(workspaceId, mapping, { 'c.csv': content })
    assert.match(
      failure ?? '',
      /^c\.csv is UTF-8, not windows-1252\. Leave its "encoding" out of the mapping\./,
    )
    await brings(customers(), content, ['Jürgen Müller, 2'])
  })

  test('may name its delimiter in a first line, as Excel does', async () => {
    const content = 'sep=;\r\nid;first;last;email;phone;zip\r\n1;Ann;Lee;ann@example.com;1;2\r\n'
    await brings(customers(), content, ['Ann Lee, 2'])
    await brings(customers({ delimiter: ';' }), content, ['Ann Lee, 2'])
  })

  test('may have a title above its header', async () => {
    await brings(customers(), `Customer list 2026,,\n\n${HEADER}1,Ann,Lee,,,2\n`, ['Ann Lee, 2'])
  })

  test('names its columns as people read them: in any case, composed or not, with any blank; exactly first', async () => {
    const row = '1,Łukasz,Żak,l@example.com,1,00-950\n'
    const header = 'ID, First\u200b ,LAST,\ufeffemail,"Pho\u00ADne",zip\n'
    await brings(customers(), header + row, ['Łukasz Żak, 00-950'])
    await brings(customers(), `id,first,last,email,phone,zip,FIRST\n${row.trim()},Jan\n`, [
      'Łukasz Żak, 00-950',
    ])
    const twice = await bringIn(customers(), `ID,id ,First,FIRST,last,email,phone,zip\n1,1,A,B,C,,,\n`)
    assert.match(twice.result.failure ?? '', /two columns called "first"/)
  })

  test('may leave out cells at the end of a row, as Outlook does', async () => {
    const content = `${HEADER}1,Ann,Lee,ann@example.com\n2,Bob,Lee,bob@example.com,1,2\n3,Cy,Lee,,,3,,\n4,D,Lee,,,4,,x\n`
    await brings(customers(), content, ['Ann Lee', 'Bob Lee, 2', 'Cy Lee, 3'], [/^5: The row has 8 cells/])
  })

  test('with quotation marks escaped by a backslash is read if the mapping says so, else those rows are refused', async () => {
    const content = `${HEADER}1,"Tom \\"Tommy\\" T",Lee,tom@example.com,1,2\n2,Ann,Lee,,,\n`
    await brings(customers({ quote_escape: '\\' }), content, ['Tom "Tommy" T Lee, 2', 'Ann Lee'])
    await brings(customers(), content, ['Ann Lee'], [/^2: .*"quote_escape": "\\\\"/])
  })

  test('goes on after a row that is too long', async () => {
    const content = `${HEADER}1,A,Lee,,,\n2,${'x'.repeat(ROW_LENGTH_MAX)},Lee,,,\n3,C,Lee,,,\n`
    await brings(customers(), content, ['A Lee', 'C Lee'], [/^3: The row is longer than 256 kB/])
  })

  test('made of two exports makes no record of the second header', async () => {
    const content = `${HEADER}1,A,Lee,,,\n${HEADER}2,B,Lee,,,\n`
    await brings(customers(), content, ['A Lee', 'B Lee'], [/^3: It is the header again/])
  })

  test('ends with the line of a quotation mark that is never closed; the rows before it are kept', async () => {
    const { names, result } = await bringIn(customers(), `${HEADER}1,A,Lee,,,\n2,"B,Lee,,,\n3,C,Lee,,,\n`)
    assert.deepEqual(names, ['A Lee'])
    assert.match(result.failure ?? '', /the row that begins on line 3 does not end/)
  })

  test('that is empty, has only a mark or is no CSV fails with a sentence; only a header brings nothing', async () => {
    for (const [content, sentence] of [
      ['', /c\.csv has no header/],
      ['\ufeff', /c\.csv has no header/],
      ['PK\x03\x04\x14\0', /c\.csv is not CSV but an Excel/],
      ['id,first\n', /has no column "last", which the mapping reads; it has id, first/],
    ] as const) {
      assert.match((await bringIn(customers(), content)).result.failure ?? '', sentence)
    }
    await brings(customers(), HEADER, [])
  })

  test('of blank lines, or of rows that are all refused, can be stopped in the middle', async () => {
    for (const line of ['\n', ',,,not an address,,\n']) {
      const workspaceId = await bench.workspace()
      const stop = new AbortController()
      const running = bench.run(
        workspaceId,
        customers(),
        { 'c.csv': HEADER + line.repeat(200_000) },
        { signal: stop.signal, batchRows: 1_000_000 },
      )
      stop.abort()
      const { failure, files } = await running
      assert.match(failure ?? '', /The process that ran this import stopped/)
      assert.deepEqual(
        files.map(({ rows_read }) => rows_read),
        [0],
      )
    }
  })
})

/** The values of a column of what came in, in the order of the rows, and the reasons of what did not. */
async function values(object: string, column: string, mapping: Mapping, files: Record<string, string>) {
  const workspaceId = await bench.workspace()
  await bench.rows('UPDATE workspaces SET time_zone = $2 WHERE id = $1', [workspaceId, 'Europe/Berlin'])
  const { failure } = await bench.run(workspaceId, mapping, files)
  assert.equal(failure, null)
  const rows = await bench.rows<{ value: string }>(
    `SELECT ${column}::text AS value FROM ${object} WHERE workspace_id = $1 ORDER BY id`,
    [workspaceId],
  )
  const errors = await bench.rows<{ reason: string }>(
    'SELECT reason FROM import_errors WHERE workspace_id = $1 ORDER BY id',
    [workspaceId],
  )
  return { came: rows.map(({ value }) => value), errors: errors.map(({ reason }) => reason) }
}

describe('the cells of a file', () => {
  test('lose what is only there for spreadsheets, also where they are ids', async () => {
    const content = `${HEADER}="01",Ann,Lee,ann@example.com,="0049301","=""01234"""\n'01,Bob,Lee,,'+49301,'01234\n`
    await brings(customers(), content, ['Ann Lee, 01234'], [/^3: An earlier row has the id "01" too/])
  })

  test('with digits that a spreadsheet has cut off refuse their row', async () => {
    const content = `${HEADER}1,Ann,Lee,,4.91511E+12,2\n4.91511E+12,Bob,Lee,,1,2\n3,"Cy\x0bMarie",Lee,,1,2\n`
    const lost = /was shortened by a spreadsheet/
    await brings(customers(), content, ['Cy Marie Lee, 2'], [lost, lost])
  })

  test('in another encoding refuse their row where they are ids and references too', async () => {
    const mapping: Mapping = {
      name: 'test',
      files: [
        {
          file: 'c.csv',
          records: [
            { object: 'companies', external_id: 'company', shared: true, fields: { name: 'short' } },
            {
              object: 'customers',
              external_id: 'email',
              fields: { last_name: 'last', company_id: 'company', email: 'email' },
            },
          ],
        },
      ],
    }
    const rows =
      'email,last,company,short\na@example.com,A,M\u00fcller AG,MAG\nb@example.com,B,M\u00f6ller AG,OAG\n'
    const content = Buffer.from(rows, 'latin1')
    await brings(mapping, content, [], [/bytes that are no text/, /bytes that are no text/])
    const [file] = mapping.files
    const said = { ...mapping, files: file ? [{ ...file, encoding: 'iso-8859-1' }] : [] }
    await brings(said, content, ['A', 'B'])
  })

  test('are numbers as the file writes them, for all of its fields at once', async () => {
    const price = { product_name: 'name', unit_price: 'price' }
    const mapping = (numbers?: 'decimal_comma'): Mapping => ({
      name: 'test',
      ...(numbers && { numbers }),
      files: [{ file: 'p.csv', records: [{ object: 'products', external_id: 'sku', fields: price }] }],
    })
    const german = { 'p.csv': 'sku;name;price\n1;Tea;12.50\n2;Cup;1.234,50\n3;Can;0,99 €\n' }
    const { came, errors } = await values('products', 'unit_price', mapping('decimal_comma'), german)
    assert.deepEqual(came.map(Number), [1234.5, 0.99])
    assert.match(errors.join(), /"12\.50" is not a number like 1\.234,5/)
    const american = {
      'p.csv': 'sku;name;price\n1;a;1,234.50\n2;b;€1234.50\n3;c;12.340000000000001\n4;d;$5\n',
    }
    const said = await values('products', 'unit_price', mapping(), american)
    assert.deepEqual(said.came.map(Number), [1234.5, 1234.5])
    assert.match(said.errors.join('\n'), /the transform "round".*"\$5" is not an amount in EUR/s)
  })

  test('are days of the workspace, however a moment is written', async () => {
    const fields = { order_number: 'no', order_date: 'date' }
    const mapping: Mapping = {
      name: 'test',
      files: [
        { file: 'o.csv', dates: 'month_first', records: [{ object: 'orders', external_id: 'no', fields }] },
      ],
    }
    const dates = [
      '2025-12-31T23:30:00Z',
      '2026-05-01 09:59:00 +0200',
      '12/31/2025 2:30 PM',
      '1/2/26',
      '"Dec 31, 2025"',
      '0202-03-04',
    ]
    const content = `no,date\n${dates.map((date, index) => `N-${index},${date}`).join('\n')}\n`
    const { came, errors } = await values('orders', 'order_date', mapping, { 'o.csv': content })
    assert.deepEqual(came, ['2026-01-01', '2026-05-01', '2025-12-31', '2026-01-02', '2025-12-31'])
    assert.deepEqual(errors, ['"0202-03-04" is not in the years 1900 to 2199.'])
  })

  test('that are discounts take nobody all of the price for one per cent', async () => {
    const mapping = (transform?: 'percent' | 'share'): Mapping => ({
      name: 'test',
      files: [
        {
          file: 'l.csv',
          records: [
            {
              object: 'products',
              external_id: 'sku',
              shared: true,
              fields: { product_name: 'sku', unit_price: 'price' },
            },
            {
              object: 'orders',
              external_id: 'no',
              shared: true,
              fields: { order_number: 'no', order_date: 'date' },
            },
            {
              object: 'order_items',
              external_id: ['no', 'line'],
              fields: {
                order_id: 'no',
                product_id: 'sku',
                quantity: 'qty',
                unit_price: 'price',
                discount: { column: 'disc', ...(transform && { transform }) },
              },
            },
          ],
        },
      ],
    })
    const lines = ['1,1', '2,10', '3,0.5', '4,10 %'].map((line) => {
      const [number, discount] = line.split(',')
      return `N-1,2026-11-02,${number},A,1,100.00,${discount}`
    })
    const file = { 'l.csv': `no,date,line,sku,qty,price,disc\n${lines.join('\n')}\n` }
    const discounts = async (transform?: 'percent' | 'share') =>
      (await values('order_items', 'discount', mapping(transform), file)).came.map(Number)
    assert.deepEqual(await discounts(), [0.5, 0.1])
    assert.deepEqual(await discounts('percent'), [0.01, 0.1, 0.005, 0.1])
    assert.deepEqual(await discounts('share'), [1, 0.5, 0.1])
  })
})
