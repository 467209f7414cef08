import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { COLUMNS_MAX, type CsvRow, openCsv, ROW_BYTES_MAX } from './csv.ts'

async function read(content: string | Buffer, delimiter?: string) {
  // One byte at a time: nothing may depend on where the chunks are cut.
  const bytes = [...Buffer.from(content)].map((byte) => Buffer.from([byte]))
  const csv = await openCsv(Readable.from(bytes), 'a.csv', delimiter)
  const rows: CsvRow[] = []
  for await (const row of csv.rows) rows.push(row)
  return { header: csv.header, delimiter: csv.delimiter, rows }
}

describe('reading a CSV file', () => {
  test('tells the line on which each row begins, over quoted line breaks and blank lines', async () => {
    const { rows } = await read('a,b\r\n1,"two\r\nlines"\r\n\r\n2,x\r\n3,"""quoted"", too"\r\n')
    assert.deepEqual(rows, [
      { line: 2, cells: ['1', 'two\r\nlines'] },
      { line: 5, cells: ['2', 'x'] },
      { line: 6, cells: ['3', '"quoted", too'] },
    ])
  })

  test('reads LF, CR and CRLF, mixed and without an end of line at the end', async () => {
    for (const content of ['a,b\n1,2\n3,4', 'a,b\r1,2\r3,4\r', 'a,b\r\n1,2\n3,4\r\n']) {
      const { rows } = await read(content)
      assert.deepEqual(
        rows.map(({ cells }) => cells),
        [
          ['1', '2'],
          ['3', '4'],
        ],
      )
    }
  })

  test('finds the delimiter in the header, where quoted text does not count', async () => {
    assert.equal((await read('a;b;c\n1;2,5;3\n')).delimiter, ';')
    assert.equal((await read('"a;b;c",d\n1,2\n')).delimiter, ',')
    assert.equal((await read('a\tb\n1\t2\n')).delimiter, '\t')
    assert.deepEqual((await read('a,b;c\n1;2\n', ';')).header, ['a,b', 'c'])
  })

  test('reads UTF-8 with and without a BOM, and UTF-16 with one', async () => {
    const text = 'Straße,名前\nKöln,田中\n'
    for (const content of [text, `\uFEFF${text}`, Buffer.from(`\uFEFF${text}`, 'utf16le')]) {
      const { header, rows } = await read(content)
      assert.deepEqual(header, ['Straße', '名前'])
      assert.deepEqual(rows[0]?.cells, ['Köln', '田中'])
    }
  })

  test('leaves out rows of blanks, and a quotation mark inside a cell is text', async () => {
    const { rows } = await read('a,b\n , \n,\n5" pipe,x\n')
    assert.deepEqual(rows, [{ line: 4, cells: ['5" pipe', 'x'] }])
  })

  test('gives the rows before a quotation mark that is never closed, then says where it was', async () => {
    const csv = await openCsv(Readable.from([Buffer.from('a,b\n1,2\n3,"4\n5,6\n')]), 'a.csv')
    const rows: CsvRow[] = []
    await assert.rejects(async () => {
      for await (const row of csv.rows) rows.push(row)
    }, /In a\.csv, the row that begins on line 3 does not end: a quotation mark is not closed/)
    assert.deepEqual(rows, [{ line: 2, cells: ['1', '2'] }])
  })

  test('refuses a row that is too long, having given those before it', async () => {
    const csv = await openCsv(
      Readable.from(['a,b\n1,2\n3,', 'x'.repeat(ROW_BYTES_MAX + 1), '\n4,5\n']),
      'a.csv',
    )
    const lines: number[] = []
    await assert.rejects(async () => {
      for await (const { line } of csv.rows) lines.push(line)
    }, /longer than 256 kB/)
    assert.deepEqual(lines, [2])
  })

  test('refuses files without a header, in another encoding, or with too many columns', async () => {
    await assert.rejects(read(''), /a\.csv has no header/)
    await assert.rejects(read('\n1,2\n'), /a\.csv has no header/)
    await assert.rejects(read(Buffer.from('straße,city\n', 'latin1')), /a\.csv is not UTF-8 text/)
    const header = Array.from({ length: COLUMNS_MAX + 1 }, (_, index) => `c${index}`).join(',')
    await assert.rejects(read(header), /has 501 columns/)
  })
})
