import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readValueList, writeValueList } from './value-list.ts'

test('a list of values is read as it was written, whatever is in the values', () => {
  const value = fc.oneof(fc.string(), fc.constantFrom('', ',', '"', 'a, b', '"a"', ' a', 'Washington, D.C.'))
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), (values) => {
      assert.deepEqual(readValueList(writeValueList(values)), values)
    }),
  )
})

test('only a value that needs them has quotes', () => {
  assert.equal(
    writeValueList(['Zürich', 'Washington, D.C.', 'O"Neil']),
    'Zürich,"Washington, D.C.","O""Neil"',
  )
})

for (const [text, values] of [
  ['a', ['a']],
  ['a,b c', ['a', 'b c']],
  [' a , "b, c" ,d', ['a', 'b, c', 'd']],
  ['O"Neil,12"', ['O"Neil', '12"']],
  ['""', ['']],
  ['a,', ['a', '']],
  ['"a', undefined],
  ['"a"b,c', undefined],
] as const) {
  test(`${text} is ${JSON.stringify(values)}`, () => assert.deepEqual(readValueList(text), values))
}
