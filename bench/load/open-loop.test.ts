import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { closedLoop } from './closed-loop.ts'
import { median, summarize } from './latencies.ts'
import { openLoop } from './open-loop.ts'
import type { BenchRequest, Target } from './target.ts'

const HELD = 20
const request: BenchRequest = { screen: 'page', method: 'GET', path: '/', headers: {} }

/** Answers nobody before HELD requests are waiting; then all of them, in the order in which they came. */
function stallingTarget(statuses: number[] = []): Target {
  let waiting: (() => void)[] | undefined = []
  let answered = 0
  return {
    send: async () => {
      if (waiting) {
        const held = waiting
        await new Promise<void>((resolve) => {
          held.push(resolve)
          if (held.length < HELD) return
          waiting = undefined
          for (const release of held) release()
        })
      }
      return statuses[answered++] ?? 200
    },
    close: async () => {},
  }
}

describe('an open loop', () => {
  test('goes on sending while nothing is answered, and charges each for its wait', async () => {
    const rate = 200
    const result = await openLoop({ target: stallingTarget(), next: () => request, rate, seconds: 0.3 })
    assert.equal(result.latency.count, Math.ceil(rate * 0.3) - 1)
    // The first was due 19 intervals before the one that set everybody free; timers never fire early.
    assert.ok(result.latency.max >= ((HELD - 1) * 1_000) / rate - 1, `${result.latency.max} ms`)
    assert.equal(result.errorShare, 0)
  })

  test('gives up when more requests wait than it allows', async () => {
    const load = { target: stallingTarget(), next: () => request, rate: 1_000, seconds: 60 }
    const stuck: Target = {
      ...load.target,
      send: () => new Promise((resolve) => setTimeout(resolve, 50, 200)),
    }
    const result = await openLoop({ ...load, target: stuck, inFlightMax: 5 })
    assert.equal(result.overloaded, true)
    assert.equal(result.latency.count, 5)
  })

  test('counts refusals by their status, apart from answers', async () => {
    const target = stallingTarget([500, 200, 409, 409])
    const result = await openLoop({ target, next: () => request, rate: 500, seconds: 0.1 })
    assert.deepEqual(result.errors, { 'status 500': 1, 'status 409': 2 })
    assert.equal(result.byScreen.page?.count, result.latency.count)
  })
})

test('a closed loop has no more requests out than it has clients', async () => {
  let out = 0
  let most = 0
  const target: Target = {
    send: async () => {
      most = Math.max(most, ++out)
      await new Promise((resolve) => setImmediate(resolve))
      out--
      return 200
    },
    close: async () => {},
  }
  const result = await closedLoop({ target, next: () => request, clients: 3, seconds: 5, requestsMax: 50 })
  assert.equal(most, 3)
  assert.ok(result.latency.count >= 50)
})

test('percentiles are those of the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  assert.deepEqual(summarize(hundred), { count: 100, p50: 50, p95: 95, p99: 99, max: 100 })
  assert.deepEqual(summarize([]), { count: 0, p50: 0, p95: 0, p99: 0, max: 0 })
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, 1, 2, 3]), 2.5)
})
