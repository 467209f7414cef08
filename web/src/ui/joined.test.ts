import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joined } from './joined.ts'

test('parts that are empty are left out', () => {
  assert.equal(joined(['Buyer', null, '', undefined, 'Oslo']), 'Buyer · Oslo')
})

test('a part that runs from right to left leaves the figures beside it where they are', () => {
  assert.equal(joined(['דוד בן-גוריון!', '25 Nov 2026']), '\u2068דוד בן-גוריון!\u2069 · 25 Nov 2026')
  assert.equal(joined(['محمد (ABC)', '12']), '\u2068محمد (ABC)\u2069 · 12')
})
