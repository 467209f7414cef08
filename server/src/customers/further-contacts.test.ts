import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'

let app: TestApp
let member: Member
before(async () => {
  app = await startTestApp()
  member = await (await createWorkspace(app)).join('owner')
})
after(() => app.close())

const create = 'POST /api/customers'
const change = 'PATCH /api/customers/:id'
const work = (email: string) => ({ label: 'work', email })
const mobile = (phone: string) => ({ label: 'mobile', phone })

async function strict(): Promise<Member> {
  const owner = await (await createWorkspace(app, 'Strict')).join('owner')
  await owner.ok('PATCH /api/workspace', { body: { version: 1, unique_customer_emails: true } })
  return owner
}

async function found(query: Record<string, string>, who = member): Promise<number[]> {
  return (await who.ok('GET /api/customers', { query })).items.map(({ id }) => id)
}

test('an address with letters of all scripts is one in both spellings of its domain', async () => {
  const owner = await strict()
  const made = await owner.ok(create, { body: { email: 'Info@xn--mller-kva.de' } })
  assert.equal(made.email, 'Info@müller.de')
  await owner.refused(409, create, { body: { email: 'info@müller.de' } })
  const other = await owner.ok(create, {
    body: { last_name: 'B', more_emails: [work('b@XN--MLLER-KVA.de')] },
  })
  assert.deepEqual(other.more_emails, [work('b@müller.de')])
  for (const email of ['info@müller.de', 'INFO@xn--mller-kva.de', 'ｉｎｆｏ@müller.de']) {
    assert.deepEqual(await found({ email }, owner), [made.id], email)
    assert.deepEqual(await found({ 'email[prefix]': email }, owner), [made.id], email)
  }
  assert.deepEqual(await found({ email: 'b@xn--mller-kva.de' }, owner), [other.id])
})

describe('a customer with several emails and phones', () => {
  test('keeps them with their labels, cleaned as the first ones are', async () => {
    const made = await member.ok(create, {
      body: {
        last_name: 'Several',
        email: 'first@example.com',
        more_emails: [work(' work@example.com\u200b'), { label: 'home', email: 'home@example.com' }],
        more_phones: [mobile('+49 (0)170 1234567')],
      },
    })
    assert.deepEqual(made.more_emails, [
      work('work@example.com'),
      { label: 'home', email: 'home@example.com' },
    ])
    assert.deepEqual(made.more_phones, [mobile('+49 (0)170 1234567')])
    assert.deepEqual(made.more_phone_links, ['tel:+491701234567'])
    assert.deepEqual(await member.ok('GET /api/customers/:id', { params: { id: made.id } }), made)
  })

  test('has none when nothing is said, and when the list is emptied', async () => {
    const made = await member.ok(create, { body: { last_name: 'None', more_emails: [] } })
    assert.deepEqual([made.more_emails, made.more_phones, made.more_phone_links], [[], [], []])
    const params = { id: made.id }
    await member.ok(change, { params, body: { version: 1, more_phones: [mobile('1')] } })
    const emptied = await member.ok(change, { params, body: { version: 2, more_phones: [] } })
    assert.deepEqual([emptied.more_phones, emptied.version], [[], 3])
    const same = await member.ok(change, { params, body: { version: 3, more_phones: [] } })
    assert.equal(same.version, 3)
  })

  const refused: [string, object, RegExp][] = [
    ['no address', { more_emails: [work('nobody')] }, /^\/more_emails\/0\/email/],
    ['no label', { more_phones: [{ label: ' ', phone: '1' }] }, /^\/more_phones\/0\/label/],
    ['an empty phone', { more_phones: [mobile(' ')] }, /^\/more_phones\/0\/phone/],
    ['eleven', { more_phones: Array.from({ length: 11 }, (_, n) => mobile(`${n}`)) }, /^\/more_phones/],
    ['the first one again', { more_emails: [work('FIRST@example.com')] }, /^\/more_emails\/0\/email/],
    [
      'one twice',
      { more_emails: [work('a@example.com'), work('A@example.com')] },
      /^\/more_emails\/1\/email/,
    ],
  ]
  for (const [what, body, path] of refused) {
    test(`${what} is refused`, async () => {
      const { errors } = await member.refused(400, create, { body: { email: 'first@example.com', ...body } })
      assert.match(errors[0]?.path ?? '', path)
    })
  }

  test('another one becomes the first by changing places', async () => {
    const body = { email: 'old@example.com', more_emails: [work('new@example.com')] }
    const { id } = await member.ok(create, { body })
    const swapped = { version: 1, email: 'new@example.com', more_emails: [work('old@example.com')] }
    const made = await member.ok(change, { params: { id }, body: swapped })
    assert.deepEqual([made.email, made.more_emails], ['new@example.com', [work('old@example.com')]])
  })

  test('two people who change the lists are asked, and the history says what each wrote', async () => {
    const { id } = await member.ok(create, { body: { last_name: 'Both', more_phones: [mobile('1')] } })
    const params = { id }
    await member.ok(change, { params, body: { version: 1, more_phones: [mobile('2')] } })
    const other = await member.ok(change, {
      params,
      body: { version: 1, more_emails: [work('b@example.com')] },
    })
    assert.deepEqual(other.more_phones, [mobile('2')])
    const { conflicts } = await member.refused(409, change, {
      params,
      body: { version: 1, more_phones: [mobile('3')] },
    })
    assert.deepEqual(conflicts, [
      { field: 'more_phones', yours: [mobile('3')], theirs: [mobile('2')], original: [mobile('1')] },
    ])
    const { items } = await member.ok('GET /api/customers/:id/timeline', { params })
    const fields = items.flatMap(({ change }) => change?.fields ?? [])
    assert.deepEqual(
      fields.find(({ field }) => field === 'more_phones'),
      {
        field: 'more_phones',
        from: 'mobile 1',
        to: 'mobile 2',
      },
    )
  })

  test('is not without an email or phone if all of them are further ones', async () => {
    const asked = await (await createWorkspace(app, 'Further only')).join('owner')
    const made = async (body: object) => (await asked.ok(create, { body: { last_name: 'A', ...body } })).id
    const none = await made({})
    const first = await made({ email: 'a@only.example', phone: '+49 30 1234567' })
    const further = await made({ more_emails: [work('b@only.example')], more_phones: [mobile('030 1')] })
    for (const field of ['email', 'phone']) {
      assert.deepEqual(await found({ [`${field}[empty]`]: 'true' }, asked), [none])
      const some = await found({ [`${field}[empty]`]: 'false', sort: 'created_at' }, asked)
      assert.deepEqual(some, [first, further])
    }
  })

  test('is found by each of them, by filters and by the search', async () => {
    const body = {
      last_name: 'Findable',
      email: 'one@found.example',
      phone: '+49 30 555001',
      more_emails: [work('second@found.example')],
      more_phones: [mobile('+49 (0)30 555002 ext. 7')],
    }
    const { id } = await member.ok(create, { body })
    const queries: Record<string, string>[] = [
      { email: 'one@found.example' },
      { email: 'SECOND@found.example' },
      { phone: '0049 30 555001' },
      { phone: '+4930555002' },
      { phone: '+4930555002 ext 7' },
      { q: 'second@found' },
      { q: '030 555002' },
    ]
    for (const query of queries) {
      assert.deepEqual(await found(query), [id], JSON.stringify(query))
    }
    assert.deepEqual(await found({ phone: '+4930555002 ext 8' }), [])
    assert.ok(!(await found({ 'email[not]': 'second@found.example', limit: '200' })).includes(id))
    const stranger = await (await createWorkspace(app, 'Other')).join('owner')
    assert.deepEqual(await found({ email: 'second@found.example' }, stranger), [])
    await member.ok(change, { params: { id }, body: { version: 1, more_emails: [] } })
    assert.deepEqual(await found({ email: 'second@found.example' }), [])
    assert.deepEqual(await found({ q: 'second@found' }), [])
  })
})

describe('where each email is one customer’s', () => {
  test('a further one is as taken as a first one, until it is given up or in the trash', async () => {
    const owner = await strict()
    const a = await owner.ok(create, {
      body: { email: 'a@example.com', more_emails: [work('a2@example.com')] },
    })
    for (const [body, path] of [
      [{ email: 'A2@example.com' }, '/email'],
      [{ last_name: 'B', more_emails: [work('a@example.com')] }, '/more_emails'],
      [{ last_name: 'B', more_emails: [work('a2@example.com')] }, '/more_emails'],
    ] as const) {
      const { type, errors } = await owner.refused(409, create, { body })
      assert.deepEqual([type, errors[0]?.path], ['/docs/errors#duplicate', path])
    }
    const params = { id: a.id }
    await owner.ok(change, { params, body: { version: 1, email: 'a2@example.com', more_emails: [] } })
    await owner.ok(create, { body: { email: 'a@example.com' } })
    await owner.send('DELETE /api/customers/:id', { params })
    await owner.ok(create, { body: { last_name: 'B', more_emails: [work('a2@example.com')] } })
    await owner.refused(409, 'POST /api/customers/:id/restore', { params })
  })

  test('a customer can come back without the addresses that others have by now', async () => {
    const owner = await strict()
    const more_emails = [work('gone@example.com'), work('kept@example.com')]
    const { id } = await owner.ok(create, { body: { last_name: 'A', email: 'a@example.com', more_emails } })
    await owner.send('DELETE /api/customers/:id', { params: { id } })
    await owner.ok(create, { body: { email: 'gone@example.com', more_emails: [work('a@example.com')] } })
    const query = { duplicates: 'drop' as const }
    const back = await owner.ok('POST /api/customers/:id/restore', { params: { id }, query })
    assert.deepEqual([back.email, back.more_emails], [null, [work('kept@example.com')]])
  })

  test('of several who claim one at the same moment, first or further, one gets it', async () => {
    const owner = await strict()
    const bodies = Array.from({ length: 8 }, (_, n) =>
      n % 2 ? { email: 'race@example.com' } : { last_name: `R${n}`, more_emails: [work('Race@example.com')] },
    )
    const answers = await Promise.all(bodies.map((body) => owner.send(create, { body })))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409, 409, 409])
  })

  test('the rule is not switched on while a further one is shared, and counts from then on', async () => {
    const owner = await (await createWorkspace(app, 'Late')).join('owner')
    await owner.ok(create, { body: { email: 'shared@example.com' } })
    const { id } = await owner.ok(create, {
      body: { last_name: 'B', more_emails: [work('shared@example.com')] },
    })
    const body = { version: 1, unique_customer_emails: true }
    const { detail } = await owner.refused(409, 'PATCH /api/workspace', { body })
    assert.match(detail, /shared@example\.com/)
    await owner.ok(change, { params: { id }, body: { version: 1, more_emails: [work('own@example.com')] } })
    await owner.ok('PATCH /api/workspace', { body })
    await owner.refused(409, create, { body: { email: 'own@example.com' } })
    await owner.ok('PATCH /api/workspace', { body: { version: 2, unique_customer_emails: false } })
    await owner.ok(create, { body: { email: 'own@example.com' } })
  })
})
