import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import type { RecordMapping } from './mapping/mapping.ts'
import { parseMapping } from './mapping/read-mapping.ts'
import { readImport } from './queries.ts'
import { runImport } from './run-import.ts'

let app: TestApp
before(async () => {
  app = await startTestApp()
})
after(() => app.close())

const email = { column: 'email', split: true } as const
const phone = { column: 'phone', split: true } as const
const cut: RecordMapping['fields'] = {
  last_name: 'last',
  email,
  more_emails: email,
  phone,
  more_phones: { ...phone, label: 'mobile' },
}

function mappingOf(fields: RecordMapping['fields'], rest: Partial<RecordMapping> = {}) {
  const records = [{ object: 'customers', external_id: 'id', fields, ...rest }]
  const mapping = { name: 'crm', null_words: ['NULL'], files: [{ file: 'c.csv', delimiter: ',', records }] }
  return parseMapping(JSON.stringify(mapping), 'The mapping')
}

async function member(unique = false): Promise<Member> {
  const owner = await (await createWorkspace(app)).join('owner')
  if (unique) await owner.ok('PATCH /api/workspace', { body: { version: 1, unique_customer_emails: true } })
  return owner
}

/** Imports rows; what went wrong, what is told, and what became of how many. */
async function bringIn(
  owner: Member,
  rows: string[],
  fields = cut,
  rest: Partial<RecordMapping> = {},
  header = 'id,last,email,phone',
) {
  const { workspaceId } = owner.scope
  const { importId, failure, files } = await runImport({
    db: app.db,
    pool: app.pool,
    workspaceId,
    userId: null,
    mapping: mappingOf(fields, rest),
    openFile: () => Readable.from([Buffer.from([header, ...rows].join('\n'))]),
  })
  assert.equal(failure, null)
  const found = await readImport(app.db, workspaceId, importId)
  const counts = Object.entries(files[0] ?? {}).filter(
    ([name, count]) => name.startsWith('rows_') && name !== 'rows_read' && Number(count) > 0,
  )
  return {
    errors: (found?.errors ?? []).map(({ line, column, reason }) => `${line} ${column}: ${reason}`),
    notes: (found?.notes ?? []).map(({ line, note }) => `${line}: ${note}`),
    became: counts.map(([name, count]) => `${count} ${name.slice('rows_'.length)}`).join(', '),
  }
}

/** Each customer as the API reads it, in the order in which they came in. */
async function people(owner: Member): Promise<string[]> {
  const { items } = await owner.ok('GET /api/customers', { query: { sort: 'created_at', limit: '200' } })
  const ids = items.map(({ id }) => id).sort((a, b) => a - b)
  const read = await Promise.all(ids.map((id) => owner.ok('GET /api/customers/:id', { params: { id } })))
  return read.map((each) =>
    [
      each.last_name,
      each.email,
      ...each.more_emails.map((more) => `${more.label} ${more.email}`),
      each.phone,
      ...each.more_phones.map((more) => `${more.label} ${more.phone}`),
    ]
      .filter((value) => value !== null)
      .join('|'),
  )
}

async function idOf(owner: Member, query: Record<string, string>): Promise<number | undefined> {
  return (await owner.ok('GET /api/customers', { query })).items[0]?.id
}

const none = { errors: [], notes: [] }

describe('several emails and phones of a cell', () => {
  test('become the first and further ones, however the cell sets them apart', async () => {
    const owner = await member()
    const result = await bringIn(owner, [
      '1,Google,a@x.com ::: b@x.com ::: c@x.com,+44 7700 900123 ::: +44 20 7946 0000',
      '2,Outlook,"d@x.com; ""Lee, Bo"" <e@x.com>",1;2',
      '3,Sheet,"f@x.com\ng@x.com","3\r\n4"',
      '4,One,h@x.com,',
      '5,Nobody,,NULL ; 5',
    ])
    assert.deepEqual(result.errors, [])
    assert.deepEqual(await people(owner), [
      'Google|a@x.com|other b@x.com|other c@x.com|+44 7700 900123|mobile +44 20 7946 0000',
      'Outlook|d@x.com|other e@x.com|1|mobile 2',
      'Sheet|f@x.com|other g@x.com|3|mobile 4',
      'One|h@x.com',
      'Nobody|mobile 5',
    ])
  })

  test('leave out what says the same again, as the API compares it', async () => {
    const owner = await member()
    const rows = ['1,A,a@x.com;A@X.com;b@x.com;B@x.com\u200b,1;1;2;2 ']
    assert.deepEqual(await bringIn(owner, rows), { ...none, became: '1 inserted' })
    assert.deepEqual(await people(owner), ['A|a@x.com|other b@x.com|1|mobile 2'])
  })

  test('come from several columns too, cut or whole, and nothing is lost where the first is chosen', async () => {
    const owner = await member()
    const fields: RecordMapping['fields'] = {
      last_name: 'last',
      email: { column: 'e1', split: true, part: 2 },
      more_emails: { join: ['e1', 'e2'], split: true, label: ' work ' },
      phone: 'p1',
      more_phones: { join: ['p2', 'p1'] },
    }
    const rows = ['1,A,a@x.com;b@x.com,c@x.com;a@x.com,030 1; 2,040 1', '2,B,,d@x.com,,5']
    assert.deepEqual((await bringIn(owner, rows, fields, {}, 'id,last,e1,e2,p1,p2')).errors, [])
    assert.deepEqual(await people(owner), [
      'A|b@x.com|work a@x.com|work c@x.com|030 1; 2|other 040 1',
      'B|work d@x.com|other 5',
    ])
  })

  test('are found by filters and the search', async () => {
    const owner = await member()
    await bringIn(owner, ['1,A,a@x.com;second@found.example,1;+49 30 555002', '2,B,b@x.com,2'])
    const id = await idOf(owner, { email: 'a@x.com' })
    assert.ok(id)
    const queries: Record<string, string>[] = [
      { email: 'Second@found.example' },
      { phone: '004930555002' },
      { q: 'second@found' },
    ]
    for (const query of queries) {
      assert.equal(await idOf(owner, query), id, JSON.stringify(query))
    }
  })

  test('refuse their row alone where one is wrong or they are too many', async () => {
    const owner = await member()
    const many = (count: number) => Array.from({ length: count }, (_, n) => `m${n}@x.com`).join(';')
    const { errors } = await bringIn(owner, [
      '1,A,a@x.com;nobody,1',
      `2,B,${many(12)},1`,
      `3,C,c@x.com,1;${'2'.repeat(41)}`,
      `4,D,${many(11)},1`,
    ])
    assert.deepEqual(errors, [
      '2 email: "nobody" is not an email address.',
      '3 email: It has 11 further emails besides the first one; a customer has at most 10.',
      '4 phone: It is longer than 40 characters.',
    ])
    assert.equal((await people(owner)).length, 1)
  })

  test('still leave others out, and say so once, where no list takes them', async () => {
    const owner = await member()
    const fields: RecordMapping['fields'] = { last_name: 'last', email, more_emails: 'phone' }
    const { notes } = await bringIn(owner, ['1,A,a@x.com;b@x.com,c@x.com'], fields)
    assert.deepEqual(notes, ['2: Only the first of several values was taken; "b@x.com" was left out.'])
    assert.deepEqual(await people(owner), ['A|a@x.com|other c@x.com'])
  })

  test('are said in the mapping as a list is', () => {
    const wrong = [
      [{ constant: 'a@x.com' }, /more_emails: give either column or join/],
      [{ ...email, part: 2 }, /part does not go with a list/],
      [{ ...email, label: ' \u200b' }, /the label is empty/],
    ] as const
    for (const [more_emails, message] of wrong) {
      assert.throws(() => mappingOf({ last_name: 'last', more_emails }), message)
    }
    assert.throws(
      () => mappingOf({ last_name: 'last', email: { ...email, label: 'work' } }),
      /label goes only/,
    )
  })
})

describe('imported again, further emails and phones', () => {
  const update = { existing: 'update' } as const

  test('stay as they are, change as a whole with their history, and an empty cell leaves them', async () => {
    const owner = await member()
    const rows = ['1,A,a@x.com;b@x.com,1;2', '2,B,c@x.com,3']
    await bringIn(owner, rows)
    assert.deepEqual(await bringIn(owner, rows, cut, update), { ...none, became: '2 unchanged' })
    const changed = ['1,A,a@x.com;new@x.com,', '2,B,c@x.com;d@x.com,3']
    assert.deepEqual(await bringIn(owner, changed, cut, update), { ...none, became: '2 updated' })
    assert.deepEqual(await bringIn(owner, changed, cut, update), { ...none, became: '2 unchanged' })
    assert.deepEqual(await people(owner), [
      'A|a@x.com|other new@x.com|1|mobile 2',
      'B|c@x.com|other d@x.com|3',
    ])
    const { rows: history } = await app.pool.query(
      `SELECT changes FROM change_events WHERE workspace_id = $1 AND action = 'updated' ORDER BY entity_id`,
      [owner.scope.workspaceId],
    )
    const other = (address: string) => [{ label: 'other', email: address }]
    assert.deepEqual(history, [
      { changes: { more_emails: [other('b@x.com'), other('new@x.com')] } },
      { changes: { more_emails: [[], other('d@x.com')] } },
    ])
  })

  test("keep a person's list, and never repeat the first one that a person has chosen", async () => {
    const owner = await member()
    await bringIn(owner, ['1,A,a@x.com,1', '2,B,c@x.com,2'])
    const [first, second] = [await idOf(owner, { email: 'a@x.com' }), await idOf(owner, { email: 'c@x.com' })]
    const patch = 'PATCH /api/customers/:id'
    assert.ok(first && second)
    await owner.ok(patch, { params: { id: first }, body: { version: 1, email: 'b@x.com' } })
    const more_phones = [{ label: 'home', phone: '9' }]
    await owner.ok(patch, { params: { id: second }, body: { version: 1, more_phones } })
    const { notes, became } = await bringIn(
      owner,
      ['1,A,a@x.com;b@x.com,1', '2,B,c@x.com,2;7;8'],
      cut,
      update,
    )
    assert.deepEqual(notes, [
      '2: A person has changed the customer\'s email to "b@x.com"; "a@x.com" was left out.',
      '3: A person has changed the customer\'s more_phones to "9"; "7, 8" was left out.',
    ])
    assert.equal(became, '2 unchanged')
    assert.deepEqual(await people(owner), ['A|b@x.com|1', 'B|c@x.com|2|home 9'])
  })

  test('may change places with the first one', async () => {
    const owner = await member(true)
    await bringIn(owner, ['1,A,a@x.com;b@x.com,1'])
    assert.equal((await bringIn(owner, ['1,A,b@x.com;a@x.com,1'], cut, update)).became, '1 updated')
    assert.deepEqual(await people(owner), ['A|b@x.com|other a@x.com|1'])
  })
})

describe('where each email is one customer’s', () => {
  test('a row with one that another customer has is refused alone', async () => {
    const owner = await member(true)
    await owner.ok('POST /api/customers', {
      body: { last_name: 'Here', email: 'one@x.com', more_emails: [{ label: 'work', email: 'two@x.com' }] },
    })
    const { errors, became } = await bringIn(owner, [
      '1,A,a@x.com;ONE@x.com,1',
      '2,B,b@x.com;b2@x.com;two@x.com,1',
      '3,C,Two@x.com,1',
      '4,D,d@x.com;d2@x.com,1',
    ])
    assert.deepEqual(errors, [
      '2 email: Another customer has the email "ONE@x.com" already.',
      '3 email: Another customer has the email "two@x.com" already.',
      '4 email: Another customer has the email "Two@x.com" already.',
    ])
    assert.equal(became, '1 inserted, 3 failed')
    assert.deepEqual((await people(owner))[1], 'D|d@x.com|other d2@x.com|1')
  })

  test('so is a row with one that an earlier row of the batch has, first or further', async () => {
    const owner = await member(true)
    const { errors } = await bringIn(owner, [
      '1,A,a@x.com;b@x.com,1',
      '2,B,B@x.com,1',
      '3,C,c@x.com;a@x.com,1',
      '4,D,d@x.com;b@x.com,1',
      '5,E,e@x.com,1',
    ])
    const sentence = (address: string) =>
      `An earlier row has the email "${address}" too, and every customer needs its own.`
    assert.deepEqual(errors, [
      `3 email: ${sentence('B@x.com')}`,
      `4 email: ${sentence('a@x.com')}`,
      `5 email: ${sentence('b@x.com')}`,
    ])
    assert.deepEqual(await people(owner), ['A|a@x.com|other b@x.com|1', 'E|e@x.com|1'])
  })

  test('elsewhere two customers may have it', async () => {
    const owner = await member()
    const { errors } = await bringIn(owner, ['1,A,a@x.com;b@x.com,1', '2,B,b@x.com;a@x.com,1'])
    assert.deepEqual(errors, [])
  })

  test('what comes back from the trash is refused if its further email is taken by now, or by a row of the batch', async () => {
    const owner = await member(true)
    await bringIn(owner, ['1,A,a@x.com;b@x.com,1', '2,C,c@x.com;d@x.com,1'])
    for (const address of ['a@x.com', 'c@x.com']) {
      const id = await idOf(owner, { email: address })
      await app.pool.query('UPDATE customers SET deleted_at = now() WHERE workspace_id = $1 AND id = $2', [
        owner.scope.workspaceId,
        id,
      ])
    }
    await owner.ok('POST /api/customers', { body: { last_name: 'B', email: 'b@x.com' } })
    const { errors } = await bringIn(owner, ['1,A,,1', '2,C,,1', '3,D,d@x.com,1', '4,E,e@x.com,1'], cut, {
      in_trash: 'restore',
    })
    assert.equal(errors.length, 2)
    assert.match(
      errors[0] ?? '',
      /^2 id: The customer "1" lies in the trash, and another has its email by now/,
    )
    assert.match(errors[1] ?? '', /^4 email: An earlier row has the email "d@x.com" too/)
    assert.deepEqual(
      (await people(owner)).map((each) => each.split('|')[0]),
      ['C', 'B', 'E'],
    )
  })
})
