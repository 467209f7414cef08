import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { PHYSICAL_HEIGHT_MAX_PX, scrollScale } from './scroll-scale.ts'

const VIEWPORT = 800
const heights = fc.integer({ min: PHYSICAL_HEIGHT_MAX_PX + 1, max: 40_000_000_000 })

describe('the scroll bar of a list taller than browsers allow', () => {
  test('a list that fits is scrolled as it is', () => {
    const { physicalHeight, scaled, toLogical, toPhysical } = scrollScale(36_000, VIEWPORT)
    assert.equal(physicalHeight, 36_000)
    assert.equal(scaled, false)
    assert.equal(toLogical(1_234), 1_234)
    assert.equal(toPhysical(1_234), 1_234)
  })

  test('both ends of the bar are both ends of the list', () => {
    fc.assert(
      fc.property(heights, (height) => {
        const { physicalHeight, toLogical } = scrollScale(height, VIEWPORT)
        assert.equal(physicalHeight, PHYSICAL_HEIGHT_MAX_PX)
        assert.equal(toLogical(0), 0)
        assert.equal(toLogical(physicalHeight - VIEWPORT), height - VIEWPORT)
      }),
    )
  })

  test('further down the bar is further down the list, and the way back leads to the same place', () => {
    const place = fc.integer({ min: 0, max: PHYSICAL_HEIGHT_MAX_PX - VIEWPORT })
    fc.assert(
      fc.property(heights, place, place, (height, one, other) => {
        const { toLogical, toPhysical } = scrollScale(height, VIEWPORT)
        const [upper, lower] = [Math.min(one, other), Math.max(one, other)]
        assert.ok(toLogical(upper) <= toLogical(lower))
        assert.ok(Math.abs(toPhysical(toLogical(one)) - one) <= 1)
      }),
    )
  })

  test('near both ends it moves px by px', () => {
    const { physicalHeight, toLogical } = scrollScale(36_000_000, VIEWPORT)
    const end = physicalHeight - VIEWPORT
    assert.equal(toLogical(10_001) - toLogical(10_000), 1)
    assert.equal(toLogical(end - 10_000) - toLogical(end - 10_001), 1)
  })
})
