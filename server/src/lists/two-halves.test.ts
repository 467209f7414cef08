import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { listSource } from './list-source.ts'

const list = {
  filters: { name: { kind: 'name' }, seen: { kind: 'time' } },
  sorts: ['name', 'seen'],
  row: Type.Object({ id: Type.Integer(), name: Type.String() }),
} as const
const rows = { table: 'customers', object: 'customer', recordsKey: 1 } as const
const besides = { ...rows, detailFields: {}, joins: '', references: {}, defaultSort: '-seen' } as const
const fields = { id: 't.id', name: 't.name' }
const name = { column: 'name_sort', type: 'text', sortedAs: 'name' } as const
const seen = { column: 'seen', type: 'timestamptz' } as const
const sorts = { name: { column: 'name_sort', type: 'text' }, seen } as const

test('what one half of a list has and the other has not does not compile', () => {
  const whole = listSource(list, { ...besides, fields, filters: { name, seen }, sorts })
  assert.deepEqual(Object.keys(whole.filters), Object.keys(list.filters))

  // @ts-expect-error A filter that is declared has no column.
  listSource(list, { ...besides, fields, filters: { name }, sorts })
  // @ts-expect-error A column has no declared filter.
  listSource(list, { ...besides, fields, filters: { name, seen, city: name }, sorts })
  // @ts-expect-error A declared time is no text.
  listSource(list, { ...besides, fields, filters: { name, seen: name }, sorts })
  // @ts-expect-error A sort that is declared has no column.
  listSource(list, { ...besides, fields, filters: { name, seen }, sorts: { seen } })
  // @ts-expect-error A column has no declared sort.
  listSource(list, { ...besides, fields, filters: { name, seen }, sorts: { ...sorts, city: seen } })
  // @ts-expect-error A field of the rows has no SQL.
  listSource(list, { ...besides, fields: { id: 't.id' }, filters: { name, seen }, sorts })
  // @ts-expect-error A field is none of the rows.
  listSource(list, { ...besides, fields: { ...fields, city: 't.city' }, filters: { name, seen }, sorts })
  // @ts-expect-error What holds without a sort is none of the declared ones.
  listSource(list, { ...besides, fields, filters: { name, seen }, sorts, defaultSort: 'city' })
  const inNoOrder = { ...name, sortedAs: 'city' } as const
  // @ts-expect-error A look-up in an order that is none of the declared ones.
  listSource(list, { ...besides, fields, filters: { name: inNoOrder, seen }, sorts })
})
