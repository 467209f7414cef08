import type { Mapping, RecordMapping } from '../src/imports/mapping.ts'
import { parseMapping } from '../src/imports/read-mapping.ts'
import type { ImportBench } from './importing.ts'

/** A shop's export: products, orders, and the lines of orders, each known by what the shop calls it. */
export const products: RecordMapping = {
  object: 'products',
  external_id: 'sku',
  fields: { product_name: 'sku', unit_price: { constant: '10' } },
}
export const lines: RecordMapping = {
  object: 'order_items',
  external_id: ['no', 'line'],
  fields: { order_id: 'no', product_id: 'sku', quantity: 'qty', unit_price: 'price' },
}
export const ordersOf = (status: string): RecordMapping => ({
  object: 'orders',
  external_id: 'no',
  fields: { order_number: 'no', order_date: 'date', status: { constant: status } },
})

/** The mapping of a shop whose files have these records. */
export function shopMapping(files: Record<string, RecordMapping[]>): Mapping {
  const list = Object.entries(files).map(([file, records]) => ({ file, records }))
  return parseMapping(JSON.stringify({ name: 'shop', files: list }), 'The mapping')
}

/** The orders of a workspace in words, as "A confirmed 20". */
export async function salesIn(bench: ImportBench, workspaceId: number): Promise<string[]> {
  const rows = await bench.rows<{ number: string; status: string; total: string }>(
    'SELECT order_number AS number, status, total_amount AS total FROM orders WHERE workspace_id = $1 ORDER BY 1',
    [workspaceId],
  )
  return rows.map(({ number, status, total }) => `${number} ${status} ${Number(total)}`)
}
