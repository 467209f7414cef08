import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseMapping, shippedMapping, shippedMappings } from './read-mapping.ts'

const companies = { object: 'companies', external_id: 'id', fields: { name: 'name' } }

function faultOf(mapping: unknown): string {
  const json = typeof mapping === 'string' ? mapping : JSON.stringify(mapping)
  try {
    parseMapping(json, 'The mapping')
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

function withRecord(record: unknown, rest: object = {}) {
  return { name: 'test', files: [{ file: 'a.csv', records: [record] }], ...rest }
}

describe('a mapping', () => {
  test('every mapping that ships is valid and goes by its file name', () => {
    assert.ok(shippedMappings().includes('northwind'))
    for (const name of shippedMappings()) assert.equal(shippedMapping(name).name, name)
  })

  test('the one that the guide shows is valid', () => {
    const guide = readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'import.md'), 'utf8')
    const [, shown = ''] = /```json\n(.*?)```/s.exec(guide) ?? []
    assert.equal(parseMapping(shown, 'The guide').name, 'northwind')
  })

  test('of the right shape is accepted', () => {
    assert.equal(faultOf(withRecord(companies)), 'accepted')
  })

  test('that does not exist names those that do', () => {
    assert.throws(() => shippedMapping('southwind'), /no mapping called "southwind".*northwind/)
    assert.throws(() => shippedMapping('../../package'), /no mapping called/)
  })

  test('that is not JSON, or has unknown or missing parts, is refused with the place', () => {
    assert.match(faultOf('{"name": '), /is not valid JSON/)
    assert.match(faultOf({ name: 'test' }), /files/)
    assert.match(faultOf(withRecord(companies, { file: [] })), /\bfile\b/)
    assert.match(faultOf(withRecord({ ...companies, object: 'deals' })), /\/files\/0\/records\/0\/object/)
    assert.equal(faultOf(withRecord({ ...companies, external_id: undefined })), 'accepted')
    assert.match(faultOf(withRecord({ ...companies, external_id: [] })), /external_id/)
    assert.match(faultOf(withRecord(companies, { name: 'My Company' })), /\/name/)
  })

  test('cannot reach outside the folder of the import', () => {
    const mapping = withRecord(companies)
    assert.match(
      faultOf({ ...mapping, files: [{ ...mapping.files[0], file: '../a.csv' }] }),
      /\/files\/0\/file/,
    )
  })

  const fields = (extra: object) => withRecord({ ...companies, fields: { name: 'name', ...extra } })

  test('must name fields that exist and all that are needed', () => {
    assert.match(
      faultOf(fields({ colour: 'x' })),
      /\/files\/0\/records\/0\/fields\/colour: companies have no such/,
    )
    assert.match(faultOf(fields({ workspace_id: 'x' })), /companies have no such field/)
    assert.match(
      faultOf(withRecord({ ...companies, fields: { city: 'city' } })),
      /name is needed for companies/,
    )
    const nobody = { object: 'customers', external_id: 'id', fields: { city: 'city' } }
    assert.match(faultOf(withRecord(nobody)), /need at least one of first_name, last_name, email/)
  })

  test('says what becomes of records that are there only in ways that go together', () => {
    const record = (extra: object) => faultOf(withRecord({ ...companies, ...extra }))
    assert.equal(record({ existing: 'update', overwrite: true, in_trash: 'restore' }), 'accepted')
    assert.match(record({ overwrite: true }), /\/overwrite: it goes only with "existing": "update"/)
    assert.match(record({ existing: 'replace' }), /\/existing/)
    assert.match(record({ external_id: undefined, shared: true }), /need an id that they have in common/)
    assert.match(record({ external_id: undefined, existing: 'update' }), /is another row/)
    assert.equal(record({ without_id: 'content' }), 'accepted')
  })

  test('must give each value one source, with what goes together', () => {
    const city = (expression: object) => faultOf(fields({ city: expression }))
    assert.match(city({}), /exactly one of column, constant and join/)
    assert.match(city({ column: 'a', constant: 'b' }), /exactly one of/)
    assert.match(city({ column: 'a', separator: ',' }), /separator goes only with join/)
    assert.match(city({ constant: 'a', transform: 'first_name' }), /constant stands alone/)
    assert.match(city({ column: 'a', transform: 'day_first' }), /"day_first" does not fit this field/)
    assert.match(
      faultOf(fields({ employee_count: { column: 'a', transform: ['swiss', 'decimal_comma'] } })),
      /give one of decimal_comma, swiss/,
    )
    assert.match(city({ column: 'a', transform: 'upside_down' }), /\/fields\/city/)
    assert.match(city({ column: 'a', lookup: 'cities' }), /there is no lookup "cities"/)
    assert.match(city({ constant: 'a', present: 'b' }), /present and absent go only with column/)
    assert.equal(city({ join: ['a', 'b'], separator: ', ' }), 'accepted')
    assert.equal(city({ column: 'a', split: true, part: 2 }), 'accepted')
    assert.equal(city({ column: 'a', split: [' / '] }), 'accepted')
    assert.match(city({ join: ['a', 'b'], split: true }), /split goes only with column/)
    assert.match(city({ column: 'a', part: 2 }), /part goes only with split/)
  })
})
