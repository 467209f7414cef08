import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member, problemOf, request } from '../../test/fixtures/workspace.ts'
import { ERRORS_LISTED_MAX } from '../errors.ts'

let app: TestApp
let member: Member
before(async () => {
  app = await startTestApp()
  member = await (await createWorkspace(app)).join('manager')
})
after(() => app.close())

describe('a method that an address does not know', () => {
  const cases: [key: string, allow: string][] = [
    ['PUT /api/customers', 'GET, HEAD, POST'],
    ['POST /api/customers/:id', 'GET, HEAD, PATCH, DELETE'],
    ['DELETE /api/search', 'GET, HEAD'],
    ['GET /api/auth/sign-in', 'POST'],
    ['OPTIONS /api/orders', 'GET, HEAD, POST'],
  ]
  for (const [key, allow] of cases) {
    test(`${key} is 405 and names ${allow}`, async () => {
      const answer = await member.send(key, { params: { id: 1 } })
      problemOf(answer, 405, key)
      assert.equal(answer.headers.get('allow'), allow)
    })
  }

  test('is refused to strangers alike, who learn nothing else', async () => {
    problemOf(await request(app.url, 'PUT /api/customers', {}), 405, 'PUT /api/customers')
  })

  test('at an address that there is not is still 404', async () => {
    await member.refused(404, 'PUT /api/nothing')
  })
})

/** What a server answers to bytes that no HTTP library would send. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.on('error', () => {})
  socket.write(bytes)
  await once(socket, 'close')
  return answer
}

describe('what never becomes a request is answered in the same form', () => {
  const cases: Record<string, [bytes: string, status: number]> = {
    'headers that are too large': [
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    'what is not HTTP': ['HELLO\r\n\r\n', 400],
    'a broken escape in the address': [
      'GET /api/customers/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      400,
    ],
    'a part of the address that is too long': [
      `GET /api/customers/${'1'.repeat(300)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      414,
    ],
  }
  for (const [name, [bytes, status]] of Object.entries(cases)) {
    test(name, async () => {
      const answer = await raw(bytes)
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
      assert.match(answer, /content-type: application\/problem\+json/i)
      const problem = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))
      assert.equal(problem.status, status)
      assert.ok(problem.detail.length > 0 && problem.requestId.length > 0)
    })
  }
})

describe('an answer is not larger than its question', () => {
  const sizeOf = async (key: string, body: unknown) => (await member.send(key, { body })).text.length
  const empty = Array.from({ length: 300_000 }, () => ({}))
  const wrong = Array.from({ length: 100_000 }, (_, n) => `x${n}`)

  test('whatever is wrong in it, however often', async () => {
    const cases: [key: string, body: unknown][] = [
      ['POST /api/orders', { items: empty }],
      ['POST /api/orders', { items: empty.slice(0, 900) }],
      ['POST /api/customers/bulk/delete', { ids: wrong }],
      ['POST /api/customers/bulk/delete', { ids: wrong.slice(0, 1_000) }],
      ['POST /api/auth/sign-in', Object.fromEntries(wrong.slice(0, 50_000).map((name) => [name, 1]))],
      ['POST /api/customers', Object.fromEntries(wrong.slice(0, 150).map((name) => [name, 1]))],
      ['POST /api/customers', { last_name: wrong.slice(0, 1_000).map((name) => [name, [name]]) }],
      ['POST /api/customers', { last_name: 'Smith', ['x'.repeat(100_000)]: 1 }],
    ]
    for (const [key, body] of cases) {
      const { errors } = await member.refused(400, key, { body })
      assert.ok(errors.length <= ERRORS_LISTED_MAX + 1, `${errors.length} errors`)
      assert.ok((await sizeOf(key, body)) < 10_000, key)
    }
  })

  test('the first are named, and how many more there are', async () => {
    const body = { items: Array.from({ length: 30 }, () => ({ product_id: 1 })) }
    const { errors } = await member.refused(400, 'POST /api/orders', { body })
    assert.equal(errors.length, ERRORS_LISTED_MAX + 1)
    assert.equal(errors[0]?.path, '/items/0/quantity')
    assert.equal(errors.at(-1)?.message, 'and 10 more')
  })
})
