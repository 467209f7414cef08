import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dayMeant, type FilterField, filterKey, filtersFrom, type Operator } from './filters.ts'

const fields: FilterField[] = [
  { name: 'last_name', label: 'Last name', kind: 'name' },
  { name: 'lifecycle_stage', label: 'Stage', kind: 'choice' },
  { name: 'created_at', label: 'Created', kind: 'time' },
]

describe('filters in an address', () => {
  test('each becomes the parameter that the API knows, and comes back from it', () => {
    const search = { 'last_name[prefix]': 'Sm', lifecycle_stage: 'lead' }
    const filters = filtersFrom(search, fields)
    assert.deepEqual(
      filters.map((filter) => [filterKey(filter), filter.value]),
      Object.entries(search),
    )
  })

  test('what the list does not know is left out', () => {
    const search = { utm_source: 'x', 'last_name[gt]': 'S', 'created_at[not]': '2026-01-01', last_name: '' }
    assert.deepEqual(filtersFrom(search, fields), [])
  })
})

describe('a filter on moments', () => {
  const shown = (operator: Operator, value: string) =>
    dayMeant(
      { field: { name: 'created_at', label: 'Created', kind: 'time' }, operator, value },
      'Europe/Berlin',
    )

  test('by a day is about that day', () => assert.equal(shown('lte', '2026-03-10'), '2026-03-10'))

  test('by the moment with which a day begins is about that day, if it reaches as far', () => {
    assert.equal(shown('gte', '2026-03-09T23:00:00.000Z'), '2026-03-10')
    assert.equal(shown('lt', '2026-03-28T23:00:00Z'), '2026-03-29')
    // What was until the beginning of the day is not until its end.
    assert.equal(shown('lte', '2026-03-09T23:00:00Z'), undefined)
    assert.equal(shown('gte', '2026-03-10T00:00:00Z'), undefined)
  })
})
