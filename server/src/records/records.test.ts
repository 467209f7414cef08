import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import {
  createWorkspace,
  type Member,
  type RequestParts,
  type TestWorkspace,
} from '../../test/fixtures/workspace.ts'

let app: TestApp
let workspace: TestWorkspace
let member: Member
let other: Member
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
  member = await workspace.join('manager')
  other = await workspace.join('manager')
})
after(() => app.close())

interface Kind {
  base: 'customers' | 'companies' | 'products' | 'sales-representatives' | 'interactions' | 'orders'
  create: () => Promise<Record<string, unknown>>
  /** A change that is possible, and the field it concerns. */
  change: [field: string, value: string]
}

const kinds: Kind[] = [
  { base: 'customers', create: async () => ({ last_name: 'Smith' }), change: ['last_name', 'Smythe'] },
  { base: 'companies', create: async () => ({ name: 'Acme' }), change: ['name', 'Acme Ltd'] },
  {
    base: 'products',
    create: async () => ({ product_name: 'Lamp', unit_price: '10' }),
    change: ['unit_price', '12.5'],
  },
  {
    base: 'sales-representatives',
    create: async () => ({ last_name: 'Miller' }),
    change: ['region', 'North'],
  },
  {
    base: 'interactions',
    create: async () => {
      const { id } = await member.ok('POST /api/companies', { body: { name: 'Talked to' } })
      return { kind: 'call', company_id: id }
    },
    change: ['subject', 'Prices'],
  },
  {
    base: 'orders',
    create: async () => {
      const body = { product_name: 'Sold', unit_price: '3' }
      const { id } = await member.ok('POST /api/products', { body })
      return { items: [{ product_id: id, quantity: 2 }] }
    },
    change: ['notes', 'By post'],
  },
]

/** What the records of every kind have, and what their lists have. */
interface Body {
  [field: string]: unknown
  id: number
  version: number
  deleted_at: string | null
  updated_at: string
  items: { id: number }[]
}

/** The same request for any kind; it must succeed. */
async function ok(who: Member, key: string, parts: RequestParts = {}): Promise<Body> {
  const { status, text } = await who.send(key, parts)
  assert.ok(status < 300, text)
  return JSON.parse(text)
}

for (const { base, create, change } of kinds) {
  const [field, value] = change
  const path = `/api/${base}`
  describe(base, () => {
    const make = async () => ok(member, `POST ${path}`, { body: await create() })
    const idsOf = async () => {
      const { items } = await ok(member, `GET ${path}`, { query: { limit: 200 } })
      return items.map(({ id }) => id)
    }

    test('a new record can be read and is in the list', async () => {
      const made = await make()
      assert.equal(made.version, 1)
      assert.deepEqual(await ok(member, `GET ${path}/:id`, { params: { id: made.id } }), made)
      assert.ok((await idsOf()).includes(made.id))
    })

    test('a change raises the version and keeps the rest', async () => {
      const made = await make()
      const changed = await ok(member, `PATCH ${path}/:id`, {
        params: { id: made.id },
        body: { version: 1, [field]: value },
      })
      const { updated_at, ...rest } = changed
      const { updated_at: _before, ...before } = made
      assert.deepEqual(rest, { ...before, [field]: value, version: 2 })
      assert.ok(updated_at > made.updated_at)
    })

    test('a change to what is there already is no change', async () => {
      const made = await make()
      const same = await ok(member, `PATCH ${path}/:id`, {
        params: { id: made.id },
        body: { version: 1, [field]: made[field] },
      })
      assert.deepEqual(same, made)
    })

    test('the trash hides it from the list and gives it back whole', async () => {
      const made = await make()
      const params = { id: made.id }
      const { status, text } = await member.send(`DELETE ${path}/:id`, { params })
      assert.deepEqual([status, text], [204, ''])
      assert.ok(!(await idsOf()).includes(made.id))
      const trashed = await ok(member, `GET ${path}/:id`, { params })
      assert.notEqual(trashed.deleted_at, null)
      assert.equal((await member.send(`DELETE ${path}/:id`, { params })).status, 204, 'once more')
      const restored = await ok(member, `POST ${path}/:id/restore`, { params })
      assert.deepEqual({ ...restored, version: 0, updated_at: '' }, { ...made, version: 0, updated_at: '' })
      assert.equal(restored.version, 3)
      assert.ok((await idsOf()).includes(made.id))
    })

    test('several go to the trash and come back in one request, all or none', async () => {
      const ids = [(await make()).id, (await make()).id]
      const shown = async () => (await idsOf()).filter((id) => ids.includes(id)).length
      const missing = { body: { ids: [...ids, 9_007_199_254_740_991] } }
      await member.refused(404, `POST ${path}/bulk/delete`, missing)
      assert.equal(await shown(), 2)
      assert.deepEqual(await ok(member, `POST ${path}/bulk/delete`, { body: { ids } }), { changed: 2 })
      assert.equal(await shown(), 0)
      assert.deepEqual(await ok(member, `POST ${path}/bulk/restore`, { body: { ids } }), { changed: 2 })
      assert.equal(await shown(), 2)
    })

    test('one that does not exist is 404 for everything', async () => {
      const params = { id: 9_007_199_254_740_991 }
      for (const key of [`GET ${path}/:id`, `DELETE ${path}/:id`, `POST ${path}/:id/restore`]) {
        await member.refused(404, key, { params })
      }
      await member.refused(404, `PATCH ${path}/:id`, { params, body: { version: 1, [field]: value } })
    })

    test('what was done is in its history', async () => {
      const made = await make()
      const params = { id: made.id }
      await ok(other, `PATCH ${path}/:id`, { params, body: { version: 1, [field]: value } })
      await member.send(`DELETE ${path}/:id`, { params })
      await ok(member, `POST ${path}/:id/restore`, { params })
      const events = await app.db
        .selectFrom('change_events')
        .where('workspace_id', '=', workspace.id)
        .where('object', '=', base === 'companies' ? 'company' : base.slice(0, -1).replace('-', '_'))
        .where('entity_id', '=', made.id)
        .select(['action', 'version', 'changes', 'user_id'])
        .orderBy('id')
        .execute()
      assert.deepEqual(events, [
        { action: 'created', version: 1, changes: {}, user_id: member.scope.userId },
        {
          action: 'updated',
          version: 2,
          changes: { [field]: [made[field], value] },
          user_id: other.scope.userId,
        },
        { action: 'deleted', version: 3, changes: {}, user_id: member.scope.userId },
        { action: 'restored', version: 4, changes: {}, user_id: member.scope.userId },
      ])
    })
  })
}
