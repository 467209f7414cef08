import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { gzipped, type Question, ResponseCache } from './response-cache.ts'
import { MemoryVersions } from './versions.ts'

const MIB = 1024 * 1024
const question: Question = { workspaceId: 1, key: 'owner /api/orders', reads: ['orders', 'customers'] }

function open() {
  const versions = new MemoryVersions()
  const cache = new ResponseCache(versions, 'one')
  let made = 0
  const ask = async (text: string, asked: Partial<Question> = {}) => {
    const answer = await cache.answer({ ...question, ...asked }, async () => {
      made++
      return text
    })
    return answer.body.toString()
  }
  return { versions, cache, ask, made: () => made }
}

/** A promise that the test keeps, and the function that keeps it. */
function gate() {
  let open: (text: string) => void = () => {}
  const passed = new Promise<string>((resolve) => {
    open = (text) => resolve(text)
  })
  return { passed, open }
}

describe('an answer', () => {
  test('is kept until something that it reads is bumped', async () => {
    const { cache, ask } = open()
    assert.equal(await ask('first'), 'first')
    assert.equal(await ask('second'), 'first')
    await cache.bump(1, ['products'])
    assert.equal(await ask('third'), 'first')
    await cache.bump(1, ['customers'])
    assert.equal(await ask('fourth'), 'fourth')
    await cache.bump(2, ['customers', 'orders'])
    assert.equal(await ask('fifth'), 'fourth')
  })

  test('is here without waiting once it was made, but not for who wrote elsewhere, nor after a bump', async () => {
    const { cache, ask } = open()
    assert.equal(cache.kept(question), undefined)
    await ask('first')
    assert.equal(cache.kept(question)?.body.toString(), 'first')
    assert.equal(cache.counters.hits, 1)
    assert.equal(cache.kept({ ...question, wroteElsewhere: true }), undefined)
    assert.equal(cache.kept({ ...question, workspaceId: 2 }), undefined)
    await cache.bump(1, ['orders'])
    assert.equal(cache.kept(question), undefined)
  })

  test('is never given to another workspace or another key', async () => {
    const { ask } = open()
    await ask('first')
    assert.equal(await ask('other workspace', { workspaceId: 2 }), 'other workspace')
    assert.equal(await ask('other rights', { key: 'read_only /api/orders' }), 'other rights')
    assert.equal(await ask('workspace 11', { workspaceId: 11, key: 'x' }), 'workspace 11')
    assert.equal(await ask('first again'), 'first')
  })

  test('is made once for simultaneous askers', async () => {
    const { cache, made } = open()
    const { passed, open: letPass } = gate()
    let makers = 0
    const askers = Array.from({ length: 10 }, () =>
      cache.answer(question, () => {
        makers++
        return passed
      }),
    )
    letPass('one')
    const answers = await Promise.all(askers)
    assert.equal(makers, 1)
    assert.deepEqual(new Set(answers.map(({ body }) => body.toString())), new Set(['one']))
    assert.deepEqual(cache.counters, { hits: 0, misses: 1, joined: 9, bypassed: 0 })
    assert.equal(made(), 0)
  })

  test('that is ready after a write is not read by anyone who asks after the write', async () => {
    const { cache, ask } = open()
    const { passed, open: letPass } = gate()
    const late = cache.answer(question, () => passed)
    await cache.bump(1, ['orders'])
    // The reader who asks now must not join the one that reads the state before the write.
    assert.equal(await ask('after the write'), 'after the write')
    letPass('before the write')
    assert.equal((await late).body.toString(), 'before the write')
    assert.equal(await ask('unused'), 'after the write')
  })

  test('that failed is not kept, and all who waited for it are told', async () => {
    const { cache, ask } = open()
    const fail = () => Promise.reject(new Error('database away'))
    const results = await Promise.allSettled([cache.answer(question, fail), cache.answer(question, fail)])
    for (const result of results) assert.equal(result.status, 'rejected')
    assert.equal(await ask('works again'), 'works again')
  })
})

describe('nothing is kept or given', () => {
  test('while the versions cannot be known', async () => {
    const { versions, cache, ask } = open()
    await ask('before')
    versions.setHearing(false)
    assert.equal(await ask('one'), 'one')
    assert.equal(await ask('two'), 'two')
    assert.equal(cache.counters.bypassed, 2)
    versions.setHearing(true)
    assert.equal(await ask('after'), 'after')
    assert.equal(await ask('unused'), 'after')
  })

  test('for a session that wrote through another process', async () => {
    const { cache, ask } = open()
    await ask('old')
    assert.equal(await ask('new', { wroteElsewhere: true }), 'new')
    assert.equal(await ask('unused'), 'old', 'the others go on as before')
    assert.equal(cache.counters.bypassed, 1)
  })
})

test('memory is bounded, by dropping what was not asked for longest', async () => {
  const { cache, ask, made } = open()
  const large = 'x'.repeat(200 * 1024)
  await ask('kept by being asked for', { key: 'favourite' })
  for (let i = 0; i < 300; i++) {
    await ask(large, { key: `large ${i}` })
    await ask('', { key: 'favourite' })
    assert.ok(cache.bytes <= 48 * MIB, `${cache.bytes} bytes`)
  }
  assert.ok(cache.bytes > 40 * MIB)
  assert.equal(made(), 301)
  assert.equal(await ask('made again', { key: 'large 0' }), 'made again')
})

test('an answer that is too large is given but not kept', async () => {
  const { cache, ask } = open()
  const huge = 'x'.repeat(MIB)
  assert.equal(await ask(huge), huge)
  assert.equal(cache.bytes, 0)
  assert.equal(await ask('made again'), 'made again')
})

test('a kept answer holds memory of its own, and no more than is counted', async () => {
  const { cache } = open()
  const small = await cache.answer({ ...question, key: 'small' }, async () => 'small')
  const large = await cache.answer({ ...question, key: 'large' }, async () => 'customer '.repeat(1_000))
  for (const bytes of [small.body, large.body, gzipped(large)]) {
    assert.ok(bytes)
    assert.equal(bytes.buffer.byteLength, bytes.length, 'not a slice of something larger')
  }
})

test('the validator follows the content, and gzip is made once where it pays', async () => {
  const { cache } = open()
  const text = 'customer '.repeat(1_000)
  const [one, two, small] = await Promise.all(
    [text, text, 'small'].map((body, index) =>
      cache.answer({ ...question, key: `${index}` }, async () => body),
    ),
  )
  assert.ok(one && two && small)
  assert.equal(one.etag, two.etag)
  assert.notEqual(one.etag, small.etag)
  assert.match(one.etag, /^W\/"[\w-]+"$/)
  const packed = gzipped(one)
  assert.equal(gzipped(one), packed)
  assert.equal(packed && gunzipSync(packed).toString(), text)
  assert.equal(gzipped(small), undefined)
})
