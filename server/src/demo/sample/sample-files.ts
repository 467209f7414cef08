import type { Cell } from '../../db/copy.ts'
import { csvLine, RFC_4180 } from '../../imports/files/csv-line.ts'
import { calendarUntil } from '../draw/calendar.ts'
import type { WorkspaceShape } from '../draw/shapes.ts'
import { type DemoWorkspace, drawWorkspace, timelineOf } from '../load/workspace.ts'
import { interactionRows } from '../rows/interaction-rows.ts'
import { companyRows, customerRows, productRows, representativeRows, type TableRows } from '../rows/rows.ts'
import { type DrawnRow, ids, rowsOf } from './drawn-rows.ts'
import { inventedPhone } from './invented-phones.ts'
import { type SampleLine, type SampleOrder, sampleOrders } from './sample-orders.ts'

/**
 * The last day of the sample company, which is that of the release: with it and the seed its files are the same
 * whenever they are written. Nothing moves its dates; a release sets this to its own day and writes them anew.
 */
export const SAMPLE_LAST_DAY = '2026-11-25'
const SEED = 322

const shape: WorkspaceShape = {
  name: 'Sample company',
  customers: 90,
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  counts: { representatives: 9, companies: 64, products: 70, orders: 788, interactions: 400 },
}

/** The columns of a file, each with what it says of a row. */
type Columns<Row> = Record<string, (row: Row) => Cell | undefined>

/** The files of the sample company, by their names: drawn as the demo is, told as another system would export them. */
export function sampleFiles(): Record<string, string> {
  const workspace = drawSample()
  const drawn = (table: TableRows) => [...rowsOf(table, workspace)]
  const [products, customers] = [drawn(productRows), drawn(customerRows)]
  const orders = sampleOrders(workspace, products, customers)
  return {
    'representatives.csv': csvFile(representativeColumns, drawn(representativeRows)),
    'companies.csv': csvFile(companyColumns, drawn(companyRows)),
    'customers.csv': csvFile(customerColumns, customers),
    'products.csv': csvFile(productColumns, products),
    'orders.csv': csvFile(orderColumns, orders),
    'order-lines.csv': csvFile(
      lineColumns,
      orders.flatMap(({ lines }) => lines),
    ),
    'interactions.csv': csvFile(interactionColumns, drawn(interactionRows)),
  }
}

/** Its ids count from one, table by table. */
function drawSample(): DemoWorkspace {
  const timeline = timelineOf(calendarUntil(new Date(`${SAMPLE_LAST_DAY}T16:30:00Z`)))
  const workspace = drawWorkspace(shape, 0, SEED, timeline)
  workspace.firstIds = {
    sales_representatives: 1,
    companies: 1,
    products: 1,
    customers: 1,
    orders: 1,
    order_items: 1,
    interactions: 1,
  }
  return workspace
}

const representativeColumns: Columns<DrawnRow> = {
  representative_id: ({ id }) => ids.representative(id),
  first_name: ({ first_name }) => first_name,
  last_name: ({ last_name }) => last_name,
  email: ({ email }) => email,
  title: ({ title }) => title,
  region: ({ region }) => region,
  manager: ({ manager_id }) => ids.representative(manager_id),
  active: ({ active }) => (active ? 'yes' : 'no'),
}

const companyColumns: Columns<DrawnRow> = {
  company_id: ({ id }) => ids.company(id),
  name: ({ name }) => name,
  domain: ({ domain }) => domain,
  industry: ({ industry }) => industry,
  employees: ({ employee_count }) => employee_count,
  phone: inventedPhone,
  address: ({ address }) => address,
  city: ({ city }) => city,
  region: ({ region }) => region,
  postal_code: ({ postal_code }) => postal_code,
  country: ({ country }) => country,
}

/** The demo's digits keep tens of thousands of people apart, which here nobody needs. */
function email({ email }: DrawnRow): string | null {
  return email === null || email === undefined ? null : String(email).replace(/\d+@/, '@')
}

const customerColumns: Columns<DrawnRow> = {
  customer_id: ({ id }) => ids.customer(id),
  first_name: ({ first_name }) => first_name,
  last_name: ({ last_name }) => last_name,
  email,
  phone: inventedPhone,
  job_title: ({ job_title }) => job_title,
  company: ({ company_id }) => ids.company(company_id),
  representative: ({ assigned_sales_rep_id }) => ids.representative(assigned_sales_rep_id),
  stage: ({ lifecycle_stage }) => lifecycle_stage,
  source: ({ source }) => source,
  address: ({ address }) => address,
  city: ({ city }) => city,
  region: ({ region }) => region,
  postal_code: ({ postal_code }) => postal_code,
  country: ({ country }) => country,
  notes: ({ notes }) => notes,
}

const productColumns: Columns<DrawnRow> = {
  sku: ({ sku }) => sku,
  name: ({ product_name }) => product_name,
  category: ({ category }) => category,
  description: ({ description }) => description,
  price: ({ unit_price }) => unit_price,
  currency: ({ currency }) => currency,
  sold_by: ({ unit }) => unit,
  decimals: ({ quantity_digits }) => quantity_digits,
  available: ({ active }) => (active ? 'yes' : 'no'),
}

const orderColumns: Columns<SampleOrder> = {
  order_number: ({ number }) => number,
  customer: ({ customer }) => customer,
  representative: ({ representative }) => representative,
  date: ({ date }) => date,
  status: ({ status }) => status,
  currency: ({ currency }) => currency,
  shipping: ({ shipping }) => shipping,
}

const lineColumns: Columns<SampleLine> = {
  order_number: ({ order }) => order,
  line: ({ position }) => position,
  sku: ({ sku }) => sku,
  quantity: ({ quantity }) => quantity,
  price: ({ price }) => price,
  discount: ({ discount }) => discount,
}

const interactionColumns: Columns<DrawnRow> = {
  interaction_id: ({ id }) => ids.interaction(id),
  kind: ({ kind }) => kind,
  customer: ({ customer_id }) => ids.customer(customer_id),
  representative: ({ sales_rep_id }) => ids.representative(sales_rep_id),
  when: ({ occurred_at }) => String(occurred_at).replace(' ', 'T').replace('+00', 'Z'),
  minutes: ({ duration_minutes }) => duration_minutes,
  subject: ({ subject }) => subject,
  text: ({ body }) => body,
}

function csvFile<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const cells = Object.values(columns)
  const lines = rows.map((row) =>
    csvLine(
      cells.map((cell) => String(cell(row) ?? '')),
      RFC_4180,
    ),
  )
  return csvLine(Object.keys(columns), RFC_4180) + lines.join('')
}
