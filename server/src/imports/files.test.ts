import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../test/importing.ts'
import { ROW_LENGTH_MAX } from './csv-rows.ts'
import type { FileMapping, Mapping } from './mapping.ts'
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

  test('may name its delimiter in a first line, as Excel does', async () => {
    const content = 'sep=;\r\nid;first;last;email;phone;zip\r\n1;Ann;Lee;ann@example.com;1;2\r\n'
    await brings(customers(), content, ['Ann Lee, 2'])
    await brings(customers({ delimiter: ';' }), content, ['Ann Lee, 2'])
  })

  test('may have a title above its header', async () => {
    await brings(customers(), `Customer list 2026,,\n\n${HEADER}1,Ann,Lee,,,2\n`, ['Ann Lee, 2'])
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
