import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type FilterField, filterKey, filtersFrom } from './filters.ts'

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
    const search = { utm_source: 'x', 'last_name[gt]': 'S', created_at: '2026-01-01', last_name: '' }
    assert.deepEqual(filtersFrom(search, fields), [])
  })
})
