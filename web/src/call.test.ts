import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ApiProblem, IdempotencyKeys, reasonFor } from './call.ts'

const refused = (...paths: string[]) =>
  new ApiProblem({
    status: 400,
    detail: 'As a whole.',
    errors: paths.map((path) => ({ path, message: `At ${path}.` })),
  })

describe('why a field was refused', () => {
  test('is what is said of it, or of a part of it, or else of the whole', () => {
    assert.equal(reasonFor('city', refused('/name', '/city')), 'At /city.')
    assert.equal(reasonFor('more_emails', refused('/more_emails/2/email')), 'At /more_emails/2/email.')
    assert.equal(reasonFor('more_emails', refused('/more_emails/2', '/more_emails')), 'At /more_emails.')
    assert.equal(reasonFor('more', refused('/more_emails/2/email')), 'As a whole.')
  })
})

describe('the key of a create', () => {
  test('is the same for a retry, and another once what is sent has changed', () => {
    const keys = new IdempotencyKeys()
    const first = keys.of({ body: 'Called' })
    assert.equal(keys.of({ body: 'Called' }), first)
    assert.notEqual(keys.of({ body: 'Called back' }), first)
  })
})
