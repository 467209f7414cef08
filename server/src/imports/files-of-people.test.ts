import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../test/fixtures/importing.ts'
import type { Mapping, RecordMapping } from './mapping/mapping.ts'
import { parseMapping } from './mapping/read-mapping.ts'
import { readImport } from './queries.ts'

let bench: ImportBench
before(async () => {
  bench = await openImportBench()
})
after(() => bench.close())

type Fields = RecordMapping['fields']

function people(
  fields: Fields,
  rest: object = {},
  record: Partial<RecordMapping> = { external_id: 'id' },
): Mapping {
  const records = [{ object: 'customers', fields, ...record }]
  return parseMapping(
    JSON.stringify({ name: 'crm', files: [{ file: 'c.csv', records }], ...rest }),
    'The mapping',
  )
}

interface Outcome {
  /** The fields of each customer that are not empty, in order. */
  rows: string[]
  /** Line, column and reason of each row that did not go in. */
  errors: string[]
  notes: string[]
}

async function bringIn(
  workspaceId: number,
  mapping: Mapping,
  csv: string | Buffer,
  more: Record<string, string> = {},
): Promise<Outcome> {
  const { importId, failure } = await bench.run(
    workspaceId,
    mapping,
    { 'c.csv': csv, ...more },
    { batchRows: 2 },
  )
  assert.equal(failure, null)
  const found = await readImport(bench.db, workspaceId, importId)
  const rows = await bench.rows<Record<string, string | null>>(
    `SELECT nullif(first_name, '') AS first, nullif(last_name, '') AS last, email, phone, city FROM customers
     WHERE workspace_id = $1 ORDER BY id`,
    [workspaceId],
  )
  return {
    rows: rows.map((row) =>
      Object.values(row)
        .filter((value) => value !== null)
        .join('|'),
    ),
    errors: (found?.errors ?? []).map(({ line, column, reason }) => `${line} ${column}: ${reason}`),
    notes: (found?.notes ?? []).map(({ line, note }) => `${line}: ${note}`),
  }
}

describe('keys', () => {
  const companies = parseMapping(
    JSON.stringify({
      name: 'keys',
      files: [
        {
          file: 'c.csv',
          records: [
            { object: 'companies', external_id: 'company', shared: true, fields: { name: 'short' } },
            { object: 'customers', external_id: 'id', fields: { last_name: 'id', company_id: 'company' } },
          ],
        },
      ],
    }),
    'The mapping',
  )
  const made = (workspaceId: number) =>
    bench.rows<{ name: string; people: number }>(
      `SELECT co.name, count(c.id) AS people FROM companies co LEFT JOIN customers c ON c.company_id = co.id
       WHERE co.workspace_id = $1 GROUP BY co.id, co.name ORDER BY co.id`,
      [workspaceId],
    )

  test('whose letters were lost are refused: two companies never become one', async () => {
    const workspaceId = await bench.workspace()
    const { errors } = await bringIn(
      workspaceId,
      companies,
      'id,company,short\n1,M\ufffdller AG,MAG\n2,M\ufffdller AG,OAG\n3,Plain AG,PAG\n',
    )
    assert.equal(errors.length, 2)
    assert.match(errors[0] ?? '', /^2 company: .*bytes that are no text/)
    assert.deepEqual(await made(workspaceId), [{ name: 'PAG', people: 1 }])
  })

  test('where a formula failed are refused, also within an id of several columns; null words make them empty', async () => {
    const csv = 'id,company,short\n1,#N/A,MAG\n2,#N/A,OAG\n#REF!,Plain AG,PAG\n3,Plain AG,PAG\n'
    for (const external_id of ['company', ['company', 'short']]) {
      const workspaceId = await bench.workspace()
      const records = [{ object: 'companies', external_id, shared: true, fields: { name: 'short' } }]
      const mapping = { name: 'keys', files: [{ file: 'c.csv', records }] }
      const { errors } = await bringIn(workspaceId, parseMapping(JSON.stringify(mapping), 'The mapping'), csv)
      assert.deepEqual(
        errors.map((error) => error.slice(0, error.indexOf(' is what'))),
        external_id === 'company'
          ? ['2 company: "#N/A"', '3 company: "#N/A"']
          : ['2 company, short: "#N/A"', '3 company, short: "#N/A"'],
      )
      assert.deepEqual(await made(workspaceId), [{ name: 'PAG', people: 0 }])
    }
    const { rows, errors } = await bringIn(
      await bench.workspace(),
      people({ last_name: 'last', city: 'city' }, { null_words: ['#N/A'] }),
      'id,last,city\n1,Lee,#N/A\n#REF!,May,Oslo\n',
    )
    assert.deepEqual(rows, ['Lee'])
    assert.match(errors[0] ?? '', /^3 id: "#REF!" is what/)
  })

  test('that differ only in what nobody sees are the same', async () => {
    const workspaceId = await bench.workspace()
    await bringIn(
      workspaceId,
      companies,
      'id,company,short\n1,Café,C\n2,Cafe\u0301,C\n3,\u200bCafé \u00a0,C\n4,Caf\u00ade\u0301,C\n',
    )
    assert.deepEqual(await made(workspaceId), [{ name: 'C', people: 4 }])
  })
})

describe('words of a column', () => {
  const stage = (extra: object) => people({ last_name: 'last', city: { column: 'city', ...extra } })

  test('of the mapping are found in any case and without accents, the exact spelling first', async () => {
    const workspaceId = await bench.workspace()
    const { rows, errors } = await bringIn(
      workspaceId,
      stage({ values: { Köln: 'Cologne', US: 'States', us: 'ours' } }),
      'id,last,city\n1,A,köln\n2,B,KOLN\n3,C,us\n4,D,US\n5,E,Us\n6,F,Bonn\n',
    )
    assert.deepEqual(rows, ['A|Cologne', 'B|Cologne', 'C|ours', 'D|States'])
    assert.deepEqual(errors, [
      '6 city: "Us" is not among the values that the mapping names.',
      '7 city: "Bonn" is not among the values that the mapping names.',
    ])
    const other = await bench.workspace()
    const kept = await bringIn(
      other,
      stage({ values: { Köln: 'Cologne' }, keep_others: true }),
      'id,last,city\n1,A,KÖLN\n2,B,Koln\n3,C,Bonn\n',
    )
    assert.deepEqual(kept.rows, ['A|Cologne', 'B|Cologne', 'C|Bonn'])
  })

  test('of a look-up are found likewise', async () => {
    const workspaceId = await bench.workspace()
    const lookups = { cities: { file: 'cities.csv', key: 'code', value: 'name' } }
    const mapping = people({ last_name: 'last', city: { column: 'city', lookup: 'cities' } }, { lookups })
    const { rows } = await bringIn(workspaceId, mapping, 'id,last,city\n1,A,k\n2,B,zü\n', {
      'cities.csv': 'code,name\nK,Köln\nZÜ,Zürich\n',
    })
    assert.deepEqual(rows, ['A|Köln', 'B|Zürich'])
  })

  test('for which a look-up has several values are refused: none of them is taken for the one that is meant', async () => {
    const lookups = { cities: { file: 'cities.csv', key: 'code', value: 'name' } }
    const mapping = people({ last_name: 'last', city: { column: 'city', lookup: 'cities' } }, { lookups })
    const outcome = await bringIn(await bench.workspace(), mapping, 'id,last,city\n1,A,F\n2,B,b\n', {
      'cities.csv': 'code,name\nF,Frankfurt am Main\nF,Frankfurt (Oder)\nB,Berlin\nB,Berlin\n',
    })
    assert.deepEqual(outcome.rows, ['B|Berlin'])
    assert.deepEqual(outcome.errors, [
      '2 city: "F" stands for more than one value in its lookup. Mend that file.',
    ])
  })

  test('that mean nothing do so in capitals or small letters, and Mr Null keeps his name', async () => {
    const workspaceId = await bench.workspace()
    const mapping = people({ last_name: 'last', city: 'city' }, { null_words: ['NULL', 'n/a'] })
    const { rows } = await bringIn(
      workspaceId,
      mapping,
      'id,last,city\n1,Null,null\n2,B,N/A\n3,C,NULL\n4,D,\u200b\n',
    )
    assert.deepEqual(rows, ['Null', 'B', 'C', 'D'])
  })
})

describe('several values in a cell', () => {
  const contacts = people({
    last_name: 'last',
    email: { column: 'email', split: true },
    phone: { column: 'phone', split: true, part: 2 },
  })

  test('are cut: the first is taken and the others are told, unless the mapping chooses', async () => {
    const workspaceId = await bench.workspace()
    const { rows, notes } = await bringIn(
      workspaceId,
      contacts,
      [
        'id,last,email,phone',
        '1,A,a@example.com ::: a2@example.com,+44 7700 900123 ::: +44 20 7946 0000',
        '2,B,"b@x.com, ""Lee, Bo"" <b2@x.com>;b@x.com",1',
        '3,C,"Cy Lee <c@x.com>\nc3@x.com",1;2;3',
      ].join('\n'),
    )
    assert.deepEqual(rows, ['A|a@example.com|+44 20 7946 0000', 'B|b@x.com', 'C|c@x.com|2'])
    assert.equal(notes[0], '2: Only the first of several values was taken; "a2@example.com" was left out.')
    assert.match(notes[2] ?? '', /^4: .*"c3@x.com" was left out/)
  })

  test('are cut between addresses, not within the names before them', async () => {
    const mapping = people({
      last_name: 'last',
      email: { column: 'email', split: true },
      more_emails: { column: 'email', split: true },
    })
    const workspaceId = await bench.workspace()
    const { rows } = await bringIn(
      workspaceId,
      mapping,
      'id,last,email\n1,A,"a@x.com, Lee, Bo <b@x.com>, c@x.com <c@x.com>, mailto:d@x.com"\n2,B,"Lee, Bo <b@x.com>"\n',
    )
    const further = await bench.rows<{ email: string }>(
      `SELECT more.email FROM customers c CROSS JOIN jsonb_to_recordset(c.more_emails) AS more (email text)
       WHERE workspace_id = $1`,
      [workspaceId],
    )
    assert.deepEqual(rows, ['A|a@x.com', 'B|b@x.com'])
    assert.deepEqual(
      further.map(({ email }) => email),
      ['b@x.com', 'c@x.com', 'd@x.com'],
    )
  })

  test('are refused where the mapping does not cut them', async () => {
    const workspaceId = await bench.workspace()
    const whole = people({ last_name: 'last', email: 'email' })
    const { errors } = await bringIn(workspaceId, whole, 'id,last,email\n1,A,a@x.com; b@x.com\n')
    assert.deepEqual(errors, [
      '2 email: "a@x.com; b@x.com" is not an email address. If the cell has several, "split" in the mapping takes them apart.',
    ])
  })
})

describe('lists without a column that tells rows apart', () => {
  const header = 'first,last,email\n'
  const rows = 'Ann,Lee,ann@x.com\nBob,Lee,\nBob,Lee,\nCid,,\n'
  const fields = { first_name: 'first', last_name: 'last', email: 'email' }

  test('come in whole, and a second time nothing, also with rows put before and between', async () => {
    const workspaceId = await bench.workspace()
    const list = people(fields, {}, {})
    const expected = ['Ann|Lee|ann@x.com', 'Bob|Lee', 'Bob|Lee', 'Cid']
    assert.deepEqual(await bringIn(workspaceId, list, header + rows), {
      rows: expected,
      errors: [],
      notes: [],
    })
    assert.deepEqual((await bringIn(workspaceId, list, header + rows)).rows, expected)
    const more = await bringIn(workspaceId, list, `${header}Zoe,New,\n${rows.replace('Cid', ' Cid\u200b')}`)
    assert.deepEqual(more.rows, [...expected, 'Zoe|New'])
  })

  test('or that leave it empty, where the mapping allows it', async () => {
    const workspaceId = await bench.workspace()
    const strict = people(fields, {}, { external_id: 'email' })
    const refused = await bringIn(workspaceId, strict, header + rows)
    assert.deepEqual([refused.rows.length, refused.errors.length], [1, 3])
    const lenient = people(fields, {}, { external_id: 'email', without_id: 'content' })
    for (let time = 0; time < 2; time++) {
      const { rows: found } = await bringIn(workspaceId, lenient, header + rows)
      assert.deepEqual(found, ['Ann|Lee|ann@x.com', 'Bob|Lee', 'Bob|Lee', 'Cid'])
    }
  })
})

describe('full names', () => {
  const names = (
    first: 'first_name' | 'first_name_before_two_surnames',
    last: 'last_name' | 'two_surnames',
  ) =>
    people({
      first_name: { column: 'name', transform: first },
      last_name: { column: 'name', transform: last },
    })
  const csv = 'id,name\n1,"Smith, John"\n2,Gabriel García Márquez\n3,山田太郎\n'

  test('are cut, and where the rule may be wrong that is told', async () => {
    const workspaceId = await bench.workspace()
    const { rows, notes } = await bringIn(workspaceId, names('first_name', 'last_name'), csv)
    assert.deepEqual(rows, ['John|Smith', 'Gabriel García|Márquez', '山田太郎'])
    assert.equal(notes.length, 1)
    assert.match(notes[0] ?? '', /^3: "Gabriel García Márquez" was cut into "Gabriel García" and "Márquez"/)
  })

  test('may have two surnames', async () => {
    const workspaceId = await bench.workspace()
    const mapping = names('first_name_before_two_surnames', 'two_surnames')
    const { rows, notes } = await bringIn(workspaceId, mapping, csv)
    assert.deepEqual([rows[1], notes], ['Gabriel|García Márquez', []])
  })
})

test('emails that differ only in what nobody sees are one, where each customer needs its own', async () => {
  const workspaceId = await bench.workspace({ uniqueEmails: true })
  const mapping = people({ last_name: 'last', email: 'email' })
  const { rows, errors } = await bringIn(
    workspaceId,
    mapping,
    'id,last,email\n1,A,x@example.com\n2,B,x@example.com\u200b\n3,C,X@EXAMPLE.COM\n4,D,x@example.com \n',
  )
  assert.deepEqual(rows, ['A|x@example.com'])
  assert.equal(errors.length, 3)
})
