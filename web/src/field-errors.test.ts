import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readableErrors } from './field-errors.ts'

test('a field has one error, the one that says why, in words for people', () => {
  const errors = [
    { path: '/email', message: 'must be null' },
    { path: '/email', message: 'must match format "email"' },
    { path: '/email', message: 'must match a schema in anyOf' },
    { path: '/password', message: 'must NOT have fewer than 10 characters' },
    { path: '/notes', message: 'must NOT have more than 10000 characters' },
    { path: '/sku', message: 'Another product has this SKU.' },
  ]
  assert.deepEqual(readableErrors(errors), [
    { path: '/email', message: 'This is not an email address.' },
    { path: '/password', message: 'Enter at least 10 characters.' },
    { path: '/notes', message: 'Enter at most 10,000 characters.' },
    { path: '/sku', message: 'Another product has this SKU.' },
  ])
})
