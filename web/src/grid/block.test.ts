import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { blockOf, readTable, writeTable } from './block.ts'

describe('blocks of cells', () => {
  test('a block is the same from whichever corner it began', () => {
    const block = { top: 1, bottom: 4, left: 0, right: 2 }
    assert.deepEqual(blockOf({ row: 4, col: 0 }, { row: 1, col: 2 }), block)
    assert.deepEqual(blockOf({ row: 1, col: 2 }, { row: 4, col: 0 }), block)
  })

  const copied: [what: string, text: string, table: string[][]][] = [
    ['one value', 'Boss', [['Boss']]],
    ['two columns', 'a\tb', [['a', 'b']]],
    [
      'rows of a spreadsheet, which end with a line break',
      'a\tb\r\nc\td\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a quoted cell with a line break in it',
      '"Main St 1\n2nd floor"\tOslo',
      [['Main St 1\n2nd floor', 'Oslo']],
    ],
    ['doubled quotes', '"say ""hi"""\tb', [['say "hi"', 'b']]],
    ['quotes inside a cell, and a quote without an end', '5" pipe\t"open', [['5" pipe', '"open']]],
    [
      'empty cells',
      '\t\tc\n\t',
      [
        ['', '', 'c'],
        ['', ''],
      ],
    ],
    ['old line ends', 'a\rb', [['a'], ['b']]],
  ]
  for (const [what, text, table] of copied) {
    test(`${what}: read as it was meant`, () => assert.deepEqual(readTable(text), table))
  }

  test('what is copied is read as the same cells', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', '\t', '\n', '\r', ' ', '=') })
    const tables = fc
      .integer({ min: 1, max: 4 })
      .chain((columns) =>
        fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 4 }),
      )
    fc.assert(
      fc.property(tables, (table) => {
        // A last row of one empty cell cannot be told from the line break that ends the table.
        fc.pre(!(table.length > 1 && table.at(-1)?.length === 1 && table.at(-1)?.[0] === ''))
        assert.deepEqual(readTable(writeTable(table)), table)
      }),
    )
  })
})
