import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { COLUMNS_MAX, type CsvOptions, openCsv } from './csv.ts'
import { type CsvRow, CsvRows, ROW_LENGTH_MAX } from './csv-rows.ts'

async function open(content: string | Buffer, options: CsvOptions = {}) {
  // One byte at a time: nothing may depend on where the chunks are cut.
  const bytes = [...Buffer.from(content)].map((byte) => Buffer.from([byte]))
  return openCsv(Readable.from(bytes), 'a.csv', options)
}

async function read(content: string | Buffer, options: CsvOptions = {}) {
  const csv = await open(content, options)
  const rows: CsvRow[] = []
  for await (const row of csv.rows) rows.push(row)
  return { ...csv, rows, cells: rows.map(({ cells }) => cells) }
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
    for (const content of ['a,b\n1,2\n3,4', 'a,b\r1,2\r3,4\r', 'a,b\r\n1,2\n3,4\r\n', 'a,b\n1,2\r3,4\r\n']) {
      assert.deepEqual((await read(content)).cells, [
        ['1', '2'],
        ['3', '4'],
      ])
    }
  })

  test('finds the delimiter in the header, where quoted text does not count', async () => {
    assert.equal((await read('a;b;c\n1;2,5;3\n')).delimiter, ';')
    assert.equal((await read('"a;b;c",d\n1,2\n')).delimiter, ',')
    assert.equal((await read('a\tb\n1\t2\n')).delimiter, '\t')
    assert.deepEqual((await read('a,b;c\n1;2\n', { delimiter: ';' })).header, ['a,b', 'c'])
  })

  test('a delimiter of the mapping that the file does not have gives way to the one with which the columns are there', async () => {
    const { delimiter, header } = await read('a,b\n1,2\n', { delimiter: ';', columns: ['a', 'b'] })
    assert.deepEqual([delimiter, header], [',', ['a', 'b']])
  })

  test('leaves out rows of blanks, and a quotation mark inside a cell is text', async () => {
    const { rows } = await read('a,b\n , \n,\n5" pipe,x\n')
    assert.deepEqual(rows, [{ line: 4, cells: ['5" pipe', 'x'] }])
  })

  test('blanks around a cell in quotes are no part of it', async () => {
    assert.deepEqual((await read('a,b\n1, "x, y" \n"1" ,"z"\n')).cells, [
      ['1', 'x, y'],
      ['1', 'z'],
    ])
  })

  test('rows may be shorter or longer than the header', async () => {
    assert.deepEqual((await read('a,b,c\n1\n1,2,3,4\n')).cells, [['1'], ['1', '2', '3', '4']])
  })

  test('refuses files without a header, in another encoding, of another kind, or with too many columns', async () => {
    await assert.rejects(read(''), /a\.csv has no header/)
    await assert.rejects(read('\n,\n'), /a\.csv has no header/)
    await assert.rejects(
      read(Buffer.from('straße,city\n', 'latin1')),
      /a\.csv is not UTF-8 text\..*"encoding" in the mapping/,
    )
    await assert.rejects(read('PK\x03\x04\x14\0'), /is not CSV but an Excel or other zipped file/)
    const header = Array.from({ length: COLUMNS_MAX + 1 }, (_, index) => `c${index}`).join(',')
    await assert.rejects(read(header), /has 501 columns/)
  })
})

describe('above the header', () => {
  test('a line "sep=" names the delimiter and is left out', async () => {
    for (const line of ['sep=;', 'SEP=;', '"sep=;"', 'sep=;;;']) {
      const { header, rows, delimiter, hasSeparatorLine } = await read(`\ufeff${line}\r\na;b\r\n1;2,5\r\n`)
      assert.deepEqual([header, delimiter, hasSeparatorLine], [['a', 'b'], ';', true])
      assert.deepEqual(rows, [{ line: 3, cells: ['1', '2,5'] }])
    }
    assert.equal((await read('sep=\t\na\tb\n')).delimiter, '\t')
    assert.equal((await read('sep=;\na;b\n', { delimiter: ',' })).delimiter, ';')
    assert.deepEqual((await read('sep=x,b\n1,2\n')).header, ['sep=x', 'b'])
  })

  test('titles and blank lines are left out: the header is the first line with all columns of the mapping', async () => {
    const content = 'Customers 2026\n\n"Made by ""us"", today";;\nid;"Last name";city\n1;Ann;Bonn\n'
    const { header, rows, delimiter } = await read(content, { columns: ['id', 'Last name'] })
    assert.deepEqual([header, delimiter], [['id', 'Last name', 'city'], ';'])
    assert.deepEqual(rows, [{ line: 5, cells: ['1', 'Ann', 'Bonn'] }])
  })

  test('without such a line the first one is taken, for a sentence about what it lacks', async () => {
    assert.deepEqual((await read('id,name\n1,Ann\n', { columns: ['id', 'email'] })).header, ['id', 'name'])
  })

  test('a header that comes again is refused, also with a mark before it', async () => {
    const { rows } = await read('id,name\n1,Ann\n\ufeffid, name\n2,Bob\n')
    assert.deepEqual(
      rows.map(({ line, fault }) => [line, fault?.slice(0, 23)]),
      [
        [2, undefined],
        [3, 'It is the header again:'],
        [4, undefined],
      ],
    )
  })
})

const MARK = 'mend this row, then delete this cell'

describe('rows that cannot be read', () => {
  test('are given alone, with their fault, and the next ones follow', async () => {
    const { rows } = await read('a,b\n1,"Tom" Jones\n2,x\n3,"y" z,w\n4,v\n')
    assert.deepEqual(
      rows.map(({ line, cells, fault }) => [line, cells.join('|'), fault !== undefined]),
      [
        [2, `1|"Tom" Jones|${MARK}`, true],
        [3, '2|x', false],
        [4, `3|"y" z|w|${MARK}`, true],
        [5, '4|v', false],
      ],
    )
  })

  test('with quotation marks escaped by a backslash name the option that reads them', async () => {
    const content = 'a,b\n1,"Tom \\"Tommy\\" T"\n2,"two\nlines, \\"x\\"\nend"\n3,plain\\\n'
    const { rows } = await read(content)
    assert.deepEqual(
      rows.map(({ line, fault }) => [line, fault?.match(/"quote_escape": "\\\\"/)?.[0]]),
      [
        [2, '"quote_escape": "\\\\"'],
        [3, '"quote_escape": "\\\\"'],
        [6, undefined],
      ],
    )
    const { cells } = await read('a,b\n1,"Tom \\"Tommy\\" T"\n2,"c:\\\\d"",x"\n3,\\N\n4,a\\,b\n', {
      quoteEscape: '\\',
    })
    assert.deepEqual(cells, [
      ['1', 'Tom "Tommy" T'],
      ['2', 'c:\\d",x'],
      ['3', ''],
      ['4', 'a,b'],
    ])
  })

  test('a quotation mark that is never closed ends the file with its line, after the rows before it', async () => {
    for (const rest of ['"4\n5,6\n', `"4\n${'5,6\n'.repeat(100_000)}`]) {
      const csv = await openCsv(Readable.from([Buffer.from(`a,b\n1,2\n3,${rest}`)]), 'a.csv')
      const rows: CsvRow[] = []
      await assert.rejects(async () => {
        for await (const row of csv.rows) rows.push(row)
      }, /In a\.csv, the row that begins on line 3 does not end: a quotation mark is not closed/)
      assert.deepEqual(rows, [{ line: 2, cells: ['1', '2'] }])
    }
  })

  test('a row that is too long is refused alone, in quotes or not, in one piece or many', async () => {
    const long = 'x'.repeat(ROW_LENGTH_MAX)
    for (const cell of [long, `"${long}"`, `"two\nlines ""of"" ${long}"`]) {
      const content = `a,b\r\n1,2\r\n3,${cell}\r\n4,5\r\n6,${cell}`
      const lines = cell.includes('\n') ? [2, 3, 5, 6] : [2, 3, 4, 5]
      for (const pieces of [
        [content],
        content.match(/.{1,5000}/gs) ?? [],
        content.match(/.{1,65537}/gs) ?? [],
      ]) {
        const csv = await openCsv(Readable.from(pieces), 'a.csv')
        const rows: CsvRow[] = []
        for await (const row of csv.rows) rows.push(row)
        assert.deepEqual(
          rows.map(({ line, fault }) => [line, fault?.includes('longer than 256 kB') ?? false]),
          lines.map((line, index) => [line, index % 2 === 1]),
        )
      }
    }
  })
})

/** As spreadsheets write them. */
function written(rows: string[][], delimiter: string, lineEnd: string): string {
  const quoted = (cell: string) => /["\r\n]/.test(cell) || cell.includes(delimiter) || cell.startsWith(' ')
  return rows
    .map((row) =>
      row.map((cell) => (quoted(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(delimiter),
    )
    .join(lineEnd)
}

const cell = fc.string({ unit: fc.constantFrom(...'ab"\',;\t|\r\n \\é𝒳'), maxLength: 8 })

test('what is written is read, wherever the pieces are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.integer({ min: 1, max: 9 }),
      (rows, delimiter, lineEnd, size) => {
        const reader = new CsvRows({ delimiter })
        const pieces = written(rows, delimiter, lineEnd).match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
        const read = [...pieces.flatMap((piece) => reader.feed(piece)), ...reader.feed('', true)]
        assert.equal(reader.unfinished(), undefined)
        assert.deepEqual(
          read.map(({ cells }) => cells),
          rows.filter((row) => row.some((each) => each.trim() !== '')),
        )
      },
    ),
    { numRuns: 500 },
  )
})

test('whatever stands in a file, rows come with rising lines and are the same however the pieces are cut', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'ab",\n\r \\'), maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      (content, size) => {
        const whole = new CsvRows({ delimiter: ',' }).feed(content, true)
        const reader = new CsvRows({ delimiter: ',' })
        const pieces = content.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
        const read = [...pieces.flatMap((piece) => reader.feed(piece)), ...reader.feed('', true)]
        assert.deepEqual(read, whole)
        for (const [index, { line }] of read.entries()) assert.ok(line > (read[index - 1]?.line ?? 0))
      },
    ),
    { numRuns: 1_000 },
  )
})
