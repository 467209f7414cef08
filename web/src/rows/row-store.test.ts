import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ListPage } from '../../../server/src/lists/schema.ts'
import { ApiProblem } from '../call.ts'
import { PAGE_SIZE, type Paging, RowStore } from './row-store.ts'

const COUNT_CAP = 1_000

interface Row {
  id: number
  name?: string
  version?: number
}

/** A list in memory that answers as the API does, and remembers how it was asked. */
class List {
  rows: Row[]
  readonly asked: Paging[] = []
  readonly #counted: boolean

  constructor(length: number, { counted }: { counted: boolean }) {
    this.rows = Array.from({ length }, (_, index) => ({ id: index + 1 }))
    this.#counted = counted
  }

  load = async (paging: Paging): Promise<ListPage<Row>> => {
    this.asked.push(paging)
    const start = this.#start(paging)
    const items = this.rows.slice(start, start + paging.limit)
    return {
      items,
      next_cursor: start + items.length < this.rows.length ? String(items.at(-1)?.id) : null,
      previous_cursor: start > 0 ? String(items[0]?.id) : null,
      total: paging.count === 'none' ? null : this.#total(paging.count),
      searched_for: null,
    }
  }

  #start({ after, before, at, limit }: Paging): number {
    const indexOf = (cursor: string) => this.rows.findIndex((row) => row.id === Number(cursor))
    if (after) return indexOf(after) + 1
    if (before === 'end') return this.rows.length - limit
    return before ? Math.max(0, indexOf(before) - limit) : (at ?? 0)
  }

  #total(count: Paging['count']) {
    const { length } = this.rows
    const exact = this.#counted || count === 'exact' || length <= COUNT_CAP
    return { count: exact ? length : COUNT_CAP, exact }
  }
}

/** Resolves once the rows are there, or the store says why not. */
function loaded(store: RowStore<Row>, first: number, last = first): Promise<void> {
  const isThere = () =>
    store.problem !== undefined || (store.rowAt(first) !== undefined && store.rowAt(last) !== undefined)
  return new Promise((resolve) => {
    const done = () => {
      if (!isThere()) return
      stop()
      resolve()
    }
    const stop = store.subscribe(done)
    store.want(first, last)
    done()
  })
}

function changed(store: RowStore<Row>): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.subscribe(() => {
      stop()
      resolve()
    })
  })
}

describe('rows of a list of any length', () => {
  test('the first page tells how many there are', async () => {
    const list = new List(25_000, { counted: true })
    const store = new RowStore(list.load)
    assert.equal(store.ready, false)
    await loaded(store, 0)
    assert.equal(store.ready, true)
    assert.equal(store.count, 25_000)
    assert.equal(store.rowAt(99)?.id, 100)
    assert.deepEqual(list.asked, [{ limit: PAGE_SIZE, count: 'capped' }])
  })

  test('neighbouring pages come by cursor, far ones by row number, the last from the end', async () => {
    const list = new List(25_050, { counted: true })
    const store = new RowStore(list.load)
    await loaded(store, 0)
    await loaded(store, 150)
    assert.ok(list.asked.some(({ after }) => after === '100'))
    await loaded(store, 12_050)
    assert.ok(list.asked.some(({ at }) => at === 12_000))
    await loaded(store, 25_049)
    assert.ok(list.asked.some(({ before, limit }) => before === 'end' && limit === 50))
    for (const index of [0, 150, 12_050, 25_049]) assert.equal(store.rowAt(index)?.id, index + 1)
  })

  test('going up, a page comes by the cursor of the one below it', async () => {
    const list = new List(5_000, { counted: true })
    const store = new RowStore(list.load)
    await loaded(store, 0)
    await loaded(store, 4_999)
    await loaded(store, 4_850)
    assert.equal(store.rowAt(4_850)?.id, 4_851)
    assert.ok(list.asked.some(({ before }) => before === '4901'))
  })
})

describe('rows of a list that changes or is not counted', () => {
  test('where the API stops counting, the list grows while one goes on, and ends where it ends', async () => {
    const store = new RowStore(new List(1_230, { counted: false }).load)
    await loaded(store, 0)
    assert.deepEqual(store.total, { count: COUNT_CAP, exact: false })
    assert.ok(store.count > COUNT_CAP)
    while (store.rowAt(1_229) === undefined) {
      const news = changed(store)
      store.want(store.count - 1, store.count - 1)
      await news
    }
    assert.equal(store.count, 1_230)
    await store.countAll()
    assert.deepEqual(store.total, { count: 1_230, exact: true })
  })

  test('a change is shown at once, and a refresh keeps the rows until new ones have come', async () => {
    const list = new List(300, { counted: true })
    const store = new RowStore(list.load)
    await loaded(store, 0)
    store.patch(1, { name: 'Ada' })
    assert.equal(store.rowAt(0)?.name, 'Ada')
    list.rows = list.rows.slice(1)
    store.refresh()
    assert.equal(store.rowAt(0)?.id, 1)
    await changed(store)
    assert.equal(store.rowAt(0)?.id, 2)
    assert.equal(store.count, 299)
  })

  test('an answer that was on its way while a record was saved does not bring the older values back', async () => {
    const list = new List(3, { counted: true })
    list.rows = list.rows.map((row) => ({ ...row, name: 'before', version: 1 }))
    const store = new RowStore(list.load)
    await loaded(store, 0)
    store.refresh()
    store.patch(1, { name: 'saved', version: 2 })
    await changed(store)
    assert.equal(store.rowAt(0)?.name, 'saved')
    list.rows = list.rows.map((row) => ({ ...row, name: 'later', version: 3 }))
    store.refresh()
    await changed(store)
    assert.equal(store.rowAt(0)?.name, 'later')
  })

  test('whoever reaches for a row that is on its way waits for it', async () => {
    const store = new RowStore(new List(250, { counted: true }).load)
    await loaded(store, 0)
    const [first, second] = await Promise.all([store.reach(200), store.reach(201)])
    assert.deepEqual([first?.id, second?.id], [201, 202])
  })

  test('reach loads a row beside those that are there, and knows where the list ends', async () => {
    const store = new RowStore(new List(250, { counted: true }).load)
    await loaded(store, 0)
    assert.equal(store.indexOf(100), 99)
    assert.equal((await store.reach(200))?.id, 201)
    assert.equal(await store.reach(250), undefined)
    assert.equal(await store.reach(-1), undefined)
  })

  test('the ids of the first rows come without loading all of them', async () => {
    const list = new List(2_000, { counted: true })
    const store = new RowStore(list.load)
    const ids = await store.firstIds(500)
    assert.deepEqual(
      ids,
      list.rows.slice(0, 500).map((row) => row.id),
    )
    assert.equal(list.asked.length, 3)
  })

  test('a failure is told, and the next success takes it back', async () => {
    const list = new List(10, { counted: true })
    let fails = true
    const store = new RowStore<Row>((paging) => {
      if (fails) throw new ApiProblem({ status: 503, detail: 'Too busy.' })
      return list.load(paging)
    })
    await loaded(store, 0)
    assert.equal(store.problem?.message, 'Too busy.')
    fails = false
    store.refresh()
    await loaded(store, 9)
    assert.equal(store.problem, undefined)
    assert.equal(store.rowAt(9)?.id, 10)
  })
})
