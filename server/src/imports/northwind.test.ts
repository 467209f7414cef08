import assert from 'node:assert/strict'
import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import Big from 'big.js'
import { parse } from 'csv-parse/sync'
import { type ImportBench, openImportBench, sampleData } from '../../test/fixtures/importing.ts'
import { shippedMapping } from './mapping/read-mapping.ts'
import { type ImportResult, runImport } from './run-import.ts'

const { folder, skip } = sampleData('northwind')

/** Read by other means than the importer's, so that both cannot be wrong in the same way. */
function sampleRows(file: string): Record<string, string>[] {
  return parse(readFileSync(join(folder, file)), { columns: true, relax_column_count: true })
}

describe('the Northwind sample', { skip }, () => {
  let bench: ImportBench
  let workspaceId: number
  let first: ImportResult
  let second: ImportResult
  let between: unknown

  const run = () =>
    runImport({
      db: bench.db,
      pool: bench.pool,
      workspaceId,
      userId: null,
      mapping: shippedMapping('northwind'),
      openFile: (name) => createReadStream(join(folder, name)),
    })
  /** All that an import may touch, as one text for each table. */
  const everything = async () => {
    const tables = [
      'sales_representatives',
      'companies',
      'customers',
      'products',
      'orders',
      'order_items',
      'external_ids',
    ]
    const texts = tables.map((table) =>
      bench.rows(`SELECT md5(string_agg(t::text, '' ORDER BY t::text)) AS text FROM ${table} t`),
    )
    return Promise.all(texts)
  }

  before(async () => {
    bench = await openImportBench()
    workspaceId = await bench.workspace()
    first = await run()
    between = await everything()
    second = await run()
  })
  after(() => bench.close())

  test('comes in whole', async () => {
    assert.equal(first.failure, null)
    const counts = first.files.map(({ file, rows_inserted, rows_failed }) => [
      file,
      rows_inserted,
      rows_failed,
    ])
    assert.deepEqual(counts, [
      ['employees.csv', 9, 0],
      ['customers.csv', 91, 0],
      ['products.csv', 77, 0],
      ['orders.csv', 830, 0],
      ['order-details.csv', 2155, 0],
    ])
    const tables = await bench.rows(`
      SELECT (SELECT count(*) FROM sales_representatives) AS representatives,
        (SELECT count(*) FROM companies) AS companies,
        (SELECT count(*) FROM customers JOIN companies ON companies.id = company_id) AS customers,
        (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM orders) AS orders,
        (SELECT count(*) FROM order_items) AS items`)
    assert.deepEqual(tables, [
      { representatives: 9, companies: 91, customers: 91, products: 77, orders: 830, items: 2155 },
    ])
  })

  test('a second run changes nothing', async () => {
    assert.equal(second.failure, null)
    for (const file of second.files) assert.equal(file.rows_unchanged, file.rows_read, file.file)
    assert.deepEqual(await everything(), between)
  })

  test('every order total is the sum of its rounded lines, exactly', async () => {
    const totals = new Map<string, Big>()
    for (const { orderID = '', unitPrice = '', quantity = '', discount = '' } of sampleRows(
      'order-details.csv',
    )) {
      const line = Big(unitPrice).times(quantity).times(Big(1).minus(discount)).round(2, Big.roundHalfUp)
      totals.set(orderID, (totals.get(orderID) ?? Big(0)).plus(line))
    }
    const orders = await bench.rows<{ order_number: string; total_amount: string }>(
      'SELECT order_number, total_amount FROM orders',
    )
    assert.equal(orders.length, totals.size)
    for (const { order_number, total_amount } of orders) {
      assert.equal(Big(total_amount).toFixed(2), totals.get(order_number)?.toFixed(2), order_number)
    }
    const expected = [...totals.values()].reduce((sum, total) => sum.plus(total), Big(0))
    const [sum] = await bench.rows<{ sum: string }>('SELECT sum(total_amount) AS sum FROM orders')
    assert.equal(Big(sum?.sum ?? 0).toFixed(2), expected.toFixed(2))
  })

  test('each customer has the representative of the latest order', async () => {
    const latest = new Map<string, { date: string; number: number; representative: string }>()
    for (const { customerID = '', employeeID = '', orderDate = '', orderID } of sampleRows('orders.csv')) {
      const order = { date: orderDate, number: Number(orderID), representative: employeeID }
      const known = latest.get(customerID)
      const later =
        !known || order.date > known.date || (order.date === known.date && order.number > known.number)
      if (later) latest.set(customerID, order)
    }
    const customers = await bench.rows<{
      customer: string
      representative: string | null
      lifecycle_stage: string
    }>(`
      SELECT c.external_id AS customer, r.external_id AS representative, lifecycle_stage FROM customers
      JOIN external_ids c ON c.object = 'customers' AND c.entity_id = customers.id
      LEFT JOIN external_ids r ON r.object = 'sales_representatives' AND r.entity_id = assigned_sales_rep_id`)
    assert.equal(customers.length, 91)
    for (const { customer, representative, lifecycle_stage } of customers) {
      assert.equal(representative, latest.get(customer)?.representative ?? null, customer)
      assert.equal(lifecycle_stage, latest.has(customer) ? 'customer' : 'prospect', customer)
    }
  })

  test('names, addresses with unquoted commas, NULL and accents arrive as they are meant', async () => {
    const rows = await bench.rows(`
      SELECT u.first_name, u.last_name, u.job_title, c.name, c.address, c.city, c.region, c.postal_code, c.country, c.phone
      FROM customers u JOIN companies c ON c.id = u.company_id
      JOIN external_ids e ON e.object = 'customers' AND e.entity_id = u.id
      WHERE e.external_id IN ('ANATR', 'BONAP', 'GODOS') ORDER BY e.external_id`)
    assert.deepEqual(rows, [
      {
        first_name: 'Ana',
        last_name: 'Trujillo',
        job_title: 'Owner',
        name: 'Ana Trujillo Emparedados y helados',
        address: 'Avda. de la Constitución 2222',
        city: 'México D.F.',
        region: null,
        postal_code: '05021',
        country: 'Mexico',
        phone: '(5) 555-4729',
      },
      {
        first_name: 'Laurence',
        last_name: 'Lebihan',
        job_title: 'Owner',
        name: "Bon app'",
        address: '12, rue des Bouchers',
        city: 'Marseille',
        region: null,
        postal_code: '13008',
        country: 'France',
        phone: '91.24.45.40',
      },
      {
        first_name: 'José Pedro',
        last_name: 'Freyre',
        job_title: 'Sales Manager',
        name: 'Godos Cocina Típica',
        address: 'C/ Romero, 33',
        city: 'Sevilla',
        region: null,
        postal_code: '41101',
        country: 'Spain',
        phone: '(95) 555 82 82',
      },
    ])
  })

  test('managers, categories, discontinued products and open orders follow the mapping', async () => {
    const [facts] = await bench.rows(`
      SELECT (SELECT m.last_name FROM sales_representatives r JOIN sales_representatives m ON m.id = r.manager_id
              WHERE r.last_name = 'Davolio') AS manager_of_davolio,
        (SELECT category FROM products WHERE product_name = 'Chai') AS category_of_chai,
        (SELECT count(*) FROM products WHERE NOT active) AS discontinued,
        (SELECT count(*) FROM orders WHERE status = 'confirmed') AS open_orders,
        (SELECT count(*) FROM orders JOIN customers ON customers.id = orders.customer_id
         WHERE orders.company_id = customers.company_id AND currency = 'USD') AS orders_with_company`)
    const discontinued = sampleRows('products.csv').filter((product) => product.discontinued === '1').length
    const open = sampleRows('orders.csv').filter((order) => order.shippedDate === 'NULL').length
    assert.deepEqual(facts, {
      manager_of_davolio: 'Fuller',
      category_of_chai: 'Beverages',
      discontinued,
      open_orders: open,
      orders_with_company: 830,
    })
  })

  test('the summaries agree with the tables', async () => {
    const wrong = await bench.rows('SELECT kind, key FROM summary_drift($1)', [workspaceId])
    assert.deepEqual(wrong, [])
  })
})
