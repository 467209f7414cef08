import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../test/fixtures/importing.ts'
import { STOPPED_SENTENCE } from './failure.ts'
import { errorFile } from './files/error-file.ts'
import type { Mapping, RecordMapping } from './mapping/mapping.ts'

/** Batches small enough that few rows make several. */
const batchRows = 100

let bench: ImportBench
before(async () => {
  bench = await openImportBench()
})
after(() => bench.close())

const run: ImportBench['run'] = (workspaceId, imported, files, options) =>
  bench.run(workspaceId, imported, files, { batchRows, ...options })

function mapping(files: Record<string, RecordMapping[]>, rest: Partial<Mapping> = {}): Mapping {
  return { name: 'test', files: Object.entries(files).map(([file, records]) => ({ file, records })), ...rest }
}

const customers: RecordMapping = {
  object: 'customers',
  external_id: 'id',
  fields: { last_name: 'name', email: 'email', city: 'city' },
}
const people = mapping({ 'people.csv': [customers] })

function peopleCsv(count: number): string {
  const rows = Array.from(
    { length: count },
    (_, index) => `p${index},Person ${index},p${index}@example.com,Ulm\n`,
  )
  return `id,name,email,city\n${rows.join('')}`
}

async function errorsOf(workspaceId: number): Promise<unknown[]> {
  return bench.rows(
    `SELECT line, column_name AS column, reason FROM import_errors WHERE workspace_id = $1 ORDER BY import_id, id`,
    [workspaceId],
  )
}

async function customerCount(workspaceId: number): Promise<number> {
  const [row] = await bench.rows<{ n: number }>(
    'SELECT count(*) AS n FROM customers WHERE workspace_id = $1',
    [workspaceId],
  )
  return row?.n ?? -1
}

describe('rows that cannot go in', () => {
  test('are told with line, column and reason; the rest goes in', async () => {
    const workspaceId = await bench.workspace()
    const { rowsFailed, failure, files } = await run(workspaceId, people, {
      'people.csv': [
        'id,name,email,city',
        '1,Ann,ann@example.com,Ulm',
        '2,Bob,not an address,Ulm',
        '3,"two\nlines",c@example.com,"x"',
        `4,Dan,d@example.com,${'x'.repeat(101)}`,
        '5,Eve,e@example.com',
        '6,Fay,f@example.com,Ulm,surplus',
        ',Gil,g@example.com,Ulm',
        '8,,,Ulm',
        '1,Ida,i@example.com,Ulm',
        '10,Jon,j@example.com,Ulm',
      ].join('\r\n'),
    })
    assert.equal(failure, null)
    assert.equal(rowsFailed, 6)
    assert.deepEqual(
      files.map(({ rows_read, rows_inserted, rows_failed }) => [rows_read, rows_inserted, rows_failed]),
      [[10, 4, 6]],
    )
    assert.deepEqual(await errorsOf(workspaceId), [
      { line: 3, column: 'email', reason: '"not an address" is not an email address.' },
      { line: 6, column: 'city', reason: 'It is longer than 100 characters.' },
      { line: 8, column: null, reason: 'The row has 5 cells, the header 4.' },
      { line: 9, column: 'id', reason: 'It is empty, and tells the rows apart.' },
      {
        line: 10,
        column: null,
        reason: 'A customer needs at least one of first_name, last_name, email; all are empty.',
      },
      {
        line: 11,
        column: 'id',
        reason: 'An earlier row has the id "1" too; only the first became a customer.',
      },
    ])
    const names = await bench.rows('SELECT last_name FROM customers WHERE workspace_id = $1 ORDER BY id', [
      workspaceId,
    ])
    assert.deepEqual(
      names.map(({ last_name }) => last_name),
      ['Ann', 'two lines', 'Eve', 'Jon'],
    )
  })

  test('come back in a file with their own columns and the reason, and go in once they are mended', async () => {
    const workspaceId = await bench.workspace()
    const content = 'id,name,email,city\n1,Ann,"nobody, ""at"" home",Ulm\n2,Bob,b@example.com,Ulm\n'
    const { importId } = await run(workspaceId, people, { 'people.csv': content })
    let file = ''
    for await (const line of errorFile(bench.db, workspaceId, importId)) file += line
    assert.equal(
      file,
      '\ufeffid,name,email,city,file,line,column,reason\r\n' +
        '1,Ann,"nobody, ""at"" home",Ulm,people.csv,2,email,"""nobody, ""at"" home"" is not an email address."\r\n',
    )
    const mended = file.replace('"nobody, ""at"" home"', 'ann@example.com')
    const { rowsFailed } = await run(workspaceId, people, { 'people.csv': mended })
    assert.equal(rowsFailed, 0)
    assert.equal(await customerCount(workspaceId), 2)
  })

  test('an id that came in an earlier batch of the same import is refused too', async () => {
    const workspaceId = await bench.workspace()
    const content = `${peopleCsv(batchRows)}p7,Twin,t@example.com,Ulm\n`
    await run(workspaceId, people, { 'people.csv': content })
    assert.deepEqual(await errorsOf(workspaceId), [
      {
        line: batchRows + 2,
        column: 'id',
        reason: 'An earlier row has the id "p7" too; only the first became a customer.',
      },
    ])
  })
})

describe('what must be unique', () => {
  test('emails, where the workspace wants it: among the rows and against what is there', async () => {
    const workspaceId = await bench.workspace({ uniqueEmails: true })
    await bench.rows(
      `INSERT INTO customers (workspace_id, last_name, email, email_unique, more_emails)
       VALUES ($1, 'Old', 'old@example.com', true, '[{"label": "work", "email": "further@example.com"}]')`,
      [workspaceId],
    )
    const rows =
      '1,Ann,OLD@example.com,\n2,Bob,b@example.com,\n3,Cid,B@Example.com,\n4,Dan,,\n5,Eve,,\n6,Fay,Further@example.com,\n'
    await run(workspaceId, people, { 'people.csv': `id,name,email,city\n${rows}` })
    assert.deepEqual(await errorsOf(workspaceId), [
      { line: 2, column: 'email', reason: 'Another customer has the email "OLD@example.com" already.' },
      {
        line: 4,
        column: 'email',
        reason: 'An earlier row has the email "B@Example.com" too, and every customer needs its own.',
      },
      { line: 7, column: 'email', reason: 'Another customer has the email "Further@example.com" already.' },
    ])
    assert.equal(await customerCount(workspaceId), 4)
  })

  test('not emails where the workspace does not', async () => {
    const workspaceId = await bench.workspace()
    const rows = '1,Ann,a@example.com,\n2,Bob,a@example.com,\n'
    const { rowsFailed } = await run(workspaceId, people, {
      'people.csv': `id,name,email,city\n${rows}`,
    })
    assert.equal(rowsFailed, 0)
  })

  test('article numbers and order numbers', async () => {
    const workspaceId = await bench.workspace({ currency: 'JPY' })
    const shop = mapping({
      'products.csv': [
        {
          object: 'products',
          external_id: 'id',
          fields: { product_name: 'name', sku: 'sku', unit_price: 'price' },
        },
      ],
      'orders.csv': [
        { object: 'orders', external_id: 'id', fields: { order_number: 'number', order_date: 'date' } },
      ],
    })
    await run(workspaceId, shop, {
      'products.csv': 'id,name,sku,price\n1,Tea,T-1,3\n2,Tea too,t-1,4\n3,Milk,,1\n4,Salt,,1\n',
      'orders.csv': 'id,number,date\n1,A-1,2025-01-02\n2,A-1,2025-01-03\n',
    })
    assert.deepEqual(await errorsOf(workspaceId), [
      {
        line: 3,
        column: 'sku',
        reason: 'An earlier row has the sku "t-1" too, and every product needs its own.',
      },
      {
        line: 3,
        column: 'number',
        reason: 'An earlier row has the order number "A-1" too, and every order needs its own.',
      },
    ])
    assert.deepEqual(
      await bench.rows('SELECT DISTINCT currency FROM products WHERE workspace_id = $1', [workspaceId]),
      [{ currency: 'JPY' }],
    )
  })
})

describe('an import that cannot start', () => {
  test('says which file or column is missing, and brings nothing in', async () => {
    const workspaceId = await bench.workspace()
    const two = mapping({ 'people.csv': [customers], 'more.csv': [customers] })
    const missing = await run(workspaceId, two, { 'people.csv': peopleCsv(3) })
    assert.match(missing.failure ?? '', /There is no file more\.csv/)
    const renamed = await run(workspaceId, two, {
      'people.csv': peopleCsv(3),
      'more.csv': 'id,mail\n1,x\n',
    })
    assert.match(
      renamed.failure ?? '',
      /more\.csv has no column "name", which the mapping reads; it has id, mail/,
    )
    const twice = await run(workspaceId, people, {
      'people.csv': 'id,name,name,email,city\n1,a,b,c,d\n',
    })
    assert.match(twice.failure ?? '', /two columns called "name"/)
    assert.equal(await customerCount(workspaceId), 0)
    const statuses = await bench.rows('SELECT DISTINCT status FROM imports WHERE workspace_id = $1', [
      workspaceId,
    ])
    assert.deepEqual(statuses, [{ status: 'failed' }])
  })
})

describe('an import that stops in the middle', () => {
  const rows = 2 * batchRows + 10

  test('keeps whole batches and is resumed by running it again', async () => {
    const workspaceId = await bench.workspace()
    let batches = 0
    const stopped = await run(
      workspaceId,
      people,
      { 'people.csv': peopleCsv(rows) },
      {
        onProgress: () => {
          if (++batches === 1) throw new Error('the power went')
        },
      },
    )
    assert.match(stopped.failure ?? '', /the power went.*kept; run it again/)
    assert.equal(await customerCount(workspaceId), batchRows)
    const resumed = await run(workspaceId, people, { 'people.csv': peopleCsv(rows) })
    assert.equal(resumed.failure, null)
    assert.equal(resumed.files[0]?.rows_unchanged, batchRows)
    assert.equal(resumed.files[0]?.rows_inserted, batchRows + 10)
    assert.equal(await customerCount(workspaceId), rows)
  })

  test('leaves nothing of a batch that broke at its last statement', async () => {
    const workspaceId = await bench.workspace()
    // The progress is written last in the transaction; this breaks it for the second batch.
    await bench.pool.query(`
      CREATE FUNCTION break_batch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF (NEW.files -> 0 ->> 'rows_read')::int > ${batchRows} THEN RAISE EXCEPTION 'the disk is full'; END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER break_batch BEFORE UPDATE ON imports FOR EACH ROW WHEN (NEW.status = 'running')
        EXECUTE FUNCTION break_batch()`)
    const broken = await run(workspaceId, people, { 'people.csv': peopleCsv(rows) })
    await bench.pool.query('DROP TRIGGER break_batch ON imports; DROP FUNCTION break_batch()')
    assert.match(broken.failure ?? '', /the disk is full/)
    const kept = await bench.rows(
      `SELECT (SELECT count(*) FROM customers WHERE workspace_id = $1) AS customers,
        (SELECT count(*) FROM external_ids WHERE workspace_id = $1) AS ids`,
      [workspaceId],
    )
    assert.deepEqual(kept, [{ customers: batchRows, ids: batchRows }])
    await run(workspaceId, people, { 'people.csv': peopleCsv(rows) })
    assert.equal(await customerCount(workspaceId), rows)
  })

  test('ends after its batch when it is asked to stop', async () => {
    const workspaceId = await bench.workspace()
    const abort = new AbortController()
    const stopped = await run(
      workspaceId,
      people,
      { 'people.csv': peopleCsv(rows) },
      {
        signal: abort.signal,
        onProgress: () => abort.abort(),
      },
    )
    assert.equal(stopped.failure, STOPPED_SENTENCE)
    assert.equal(await customerCount(workspaceId), batchRows)
  })

  test('a file that breaks off keeps what stood before the break', async () => {
    const workspaceId = await bench.workspace()
    const broken = `${peopleCsv(3)}p3,"Open,o@example.com,Ulm\np4,Lost,l@example.com,Ulm\n`
    const { failure } = await run(workspaceId, people, { 'people.csv': broken })
    assert.match(failure ?? '', /In people\.csv, the row that begins on line 5 does not end/)
    assert.equal(await customerCount(workspaceId), 3)
  })
})

describe('two imports at once', () => {
  test('of the same file bring every row in once', async () => {
    const workspaceId = await bench.workspace()
    const files = { 'people.csv': peopleCsv(batchRows + 500) }
    const results = await Promise.all([1, 2, 3].map(() => run(workspaceId, people, files)))
    const inserted = results.map(({ files: [file] }) => file?.rows_inserted ?? 0)
    assert.deepEqual(
      results.map(({ failure, rowsFailed }) => [failure, rowsFailed]),
      results.map(() => [null, 0]),
    )
    assert.equal(
      inserted.reduce((sum, count) => sum + count, 0),
      batchRows + 500,
    )
    assert.equal(await customerCount(workspaceId), batchRows + 500)
  })

  test('in different workspaces do not see each other', async () => {
    const [one, other] = [await bench.workspace(), await bench.workspace()]
    const files = { 'people.csv': peopleCsv(20) }
    await Promise.all([run(one, people, files), run(other, people, files)])
    assert.deepEqual([await customerCount(one), await customerCount(other)], [20, 20])
  })
})

test('only the first ten thousand errors are kept, and all are counted', async () => {
  const workspaceId = await bench.workspace()
  const rows = Array.from({ length: 10_050 }, (_, index) => `${index},Ann,nowhere,Ulm\n`)
  const { rowsFailed } = await bench.run(workspaceId, people, {
    'people.csv': `id,name,email,city\n${rows.join('')}`,
  })
  assert.equal(rowsFailed, 10_050)
  const [kept] = await bench.rows(
    'SELECT count(*) AS n, max(line) AS last FROM import_errors WHERE workspace_id = $1',
    [workspaceId],
  )
  assert.deepEqual(kept, { n: 10_000, last: 10_001 })
})

test('an import whose process has gone silent is declared dead when the next one starts', async () => {
  const workspaceId = await bench.workspace()
  const insert = `INSERT INTO imports (workspace_id, mapping, heartbeat_at) VALUES ($1, 'test', now() - $2::interval) RETURNING id`
  const [dead] = await bench.rows(insert, [workspaceId, '2 minutes'])
  const [alive] = await bench.rows(insert, [workspaceId, '2 seconds'])
  await bench.run(workspaceId, people, { 'people.csv': peopleCsv(1) })
  const rows = await bench.rows(
    'SELECT id, status, failure FROM imports WHERE workspace_id = $1 ORDER BY id LIMIT 2',
    [workspaceId],
  )
  assert.deepEqual(rows, [
    { id: dead?.id, status: 'failed', failure: STOPPED_SENTENCE },
    { id: alive?.id, status: 'running', failure: null },
  ])
})
