import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Chosen, choose, followed } from './chosen.ts'

/** A list whose rows have these ids; undefined is one that has not come yet. */
function rows(...ids: (number | undefined)[]) {
  return {
    rowAt: (index: number) => (ids[index] === undefined ? undefined : { id: ids[index] }),
    indexOf: (id: number) => ids.indexOf(id),
    count: ids.length,
  }
}
const cell = (row: number) => ({ row, col: 2 })
const recordOf = ({ ids, cell: { row } }: Chosen) => ids.get(row)

describe('what is chosen in a list that is loaded again', () => {
  const list = rows(1, 2, 3, 4, 5)

  test('a cell stays with its record, wherever that is now', () => {
    assert.deepEqual(followed(rows(9, 1, 2, 3), choose(list, cell(1))).cell, cell(2))
    assert.deepEqual(followed(rows(2, 3, 4, 5), choose(list, cell(1))).cell, cell(0))
    assert.deepEqual(followed(rows(4, 5), choose(list, cell(4))).cell, cell(1))
  })

  test('a cell whose record is nowhere stays where it is, and is still of that record', () => {
    const gone = followed(rows(1, 3, 4, 5), choose(list, cell(1)))
    assert.deepEqual(gone.cell, cell(1))
    assert.equal(recordOf(gone), 2)
    assert.deepEqual(followed(list, gone).cell, cell(1), 'and is there again with it')
  })

  test('a row that has not come yet becomes what comes', () => {
    const chosen = followed(rows(1, undefined), choose(rows(1, undefined), cell(1)))
    assert.equal(recordOf(chosen), undefined)
    assert.equal(recordOf(followed(rows(1, 7), chosen)), 7)
  })

  test('a block moves as a whole, and is only its active cell once others stand among its rows', () => {
    const block = choose(list, cell(3), cell(1))
    const moved = followed(rows(9, 1, 2, 3, 4, 5), block)
    assert.deepEqual([moved.anchor, moved.cell], [cell(2), cell(4)])
    const apart = followed(rows(1, 2, 9, 3, 4, 5), block)
    assert.deepEqual([apart.anchor, apart.cell, recordOf(apart)], [undefined, cell(4), 4])
  })

  test('no change of a list makes a cell that of another record', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(ids, ids, fc.nat(), fc.nat(), (before, after, at, from) => {
        const list = rows(...before)
        const chosen = choose(list, cell(at % before.length), cell(from % before.length))
        const then = followed(rows(...after), chosen)
        assert.equal(recordOf(then), before[at % before.length])
        for (const [row, id] of then.ids) {
          if (then.anchor) assert.equal(after[row], id)
        }
        assert.equal(followed(rows(...after), then), then, 'and once is enough')
      }),
    )
  })
})
