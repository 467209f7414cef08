import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type FilterField, filterKey, filtersFrom, startOfDay } from './filters.ts'

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

describe('the start of a day', () => {
  test('is midnight in the time zone of the workspace, also where clocks change', () => {
    assert.equal(startOfDay('2026-01-15', 'Europe/Berlin'), '2026-01-14T23:00:00.000Z')
    assert.equal(startOfDay('2026-07-15', 'Europe/Berlin'), '2026-07-14T22:00:00.000Z')
    assert.equal(startOfDay('2026-03-29', 'Europe/Berlin'), '2026-03-28T23:00:00.000Z')
    assert.equal(startOfDay('2026-03-30', 'Europe/Berlin'), '2026-03-29T22:00:00.000Z')
    assert.equal(startOfDay('2026-03-08', 'America/New_York'), '2026-03-08T05:00:00.000Z')
    assert.equal(startOfDay('2026-01-15', 'Asia/Tokyo'), '2026-01-14T15:00:00.000Z')
  })
})
