import type { Scope } from '../../server/src/scope.ts'
import type { Parameters } from './answers.ts'
import type { Run } from './connections.ts'

const LIMIT_DEFAULT = 50

const customerColumns = `t.id, t.first_name, t.last_name, t.email, t.phone, t.job_title, t.company_id, t.assigned_sales_rep_id,
  t.lifecycle_stage, t.source, t.address, t.city, t.region, t.postal_code, t.country, c.name AS company_name,
  btrim(r.first_name || ' ' || r.last_name) AS assigned_sales_rep_name, t.version, t.created_at, t.updated_at`
const customerFrom = `FROM customers t
  LEFT JOIN companies c ON c.id = t.company_id
  LEFT JOIN sales_representatives r ON r.id = t.assigned_sales_rep_id`

const orderColumns = `t.id, t.order_number, t.customer_id, btrim(cu.first_name || ' ' || cu.last_name) AS customer_name,
  t.company_id, co.name AS company_name, t.sales_rep_id, btrim(r.first_name || ' ' || r.last_name) AS sales_rep_name,
  t.order_date, t.status, t.currency, t.total_amount, t.version, t.created_at, t.updated_at`
const orderFrom = `FROM orders t
  LEFT JOIN customers cu ON cu.id = t.customer_id
  LEFT JOIN companies co ON co.id = t.company_id
  LEFT JOIN sales_representatives r ON r.id = t.sales_rep_id`

/** SQL of each filter, where $ stands for its value. */
const customerFilters: Record<string, string> = {
  last_name: 'lower(t.last_name) = lower($)',
  'last_name[prefix]': `lower(t.last_name) LIKE lower($) || '%'`,
  lifecycle_stage: 't.lifecycle_stage = $',
  assigned_sales_rep_id: 't.assigned_sales_rep_id = $::bigint',
  city: 't.city = $',
}
const orderFilters: Record<string, string> = { status: 't.status = $' }

const sorts: Record<string, string> = {
  last_name: 't.last_name, t.id',
  '-created_at': 't.created_at DESC, t.id DESC',
  '-order_date': 't.order_date DESC, t.id DESC',
  '-total_amount': 't.total_amount DESC, t.id DESC',
}

interface PlainList {
  columns: string
  from: string
  filters: Record<string, string>
  defaultSort: string
}

/** LIMIT and OFFSET, and an exact count of every match. */
async function page(
  { columns, from, filters, defaultSort }: PlainList,
  run: Run,
  scope: Scope,
  query: Parameters,
) {
  const values: unknown[] = [scope.workspaceId]
  const conditions = ['t.workspace_id = $1', 't.deleted_at IS NULL']
  for (const [name, condition] of Object.entries(filters)) {
    if (query[name] === undefined) continue
    values.push(query[name])
    conditions.push(condition.replace('$', `$${values.length}`))
  }
  const where = `WHERE ${conditions.join(' AND ')}`
  const limit = Number(query.limit ?? LIMIT_DEFAULT)
  const offset = Number(query.at ?? 0)
  const items = await run(
    `SELECT ${columns} ${from} ${where} ORDER BY ${sorts[query.sort ?? defaultSort]} LIMIT ${limit} OFFSET ${offset}`,
    values,
  )
  const [counted] = await run<{ n: number }>(`SELECT count(*) AS n ${from} ${where}`, values)
  const count = counted?.n ?? 0
  return {
    items,
    next_cursor: offset + items.length < count ? String(offset + limit) : null,
    previous_cursor: offset > 0 ? String(Math.max(0, offset - limit)) : null,
    total: { count, exact: true },
  }
}

export function plainCustomers(run: Run, scope: Scope, query: Parameters) {
  const list = {
    columns: customerColumns,
    from: customerFrom,
    filters: customerFilters,
    defaultSort: 'last_name',
  }
  return page({ ...list, defaultSort: '-created_at' }, run, scope, query)
}

export function plainOrders(run: Run, scope: Scope, query: Parameters) {
  return page(
    { columns: orderColumns, from: orderFrom, filters: orderFilters, defaultSort: '-order_date' },
    run,
    scope,
    query,
  )
}

export function plainCustomer(run: Run, scope: Scope, id: number) {
  return run(
    `SELECT ${customerColumns}, t.notes, t.deleted_at ${customerFrom} WHERE t.workspace_id = $1 AND t.id = $2`,
    [scope.workspaceId, id],
  )
}

/** Everything above the average of all sales, which is computed anew each time. */
export async function plainOrdersAboveAverage(run: Run, scope: Scope) {
  const items = await run<{ average: string | null }>(
    `SELECT ${orderColumns}, average.average ${orderFrom}
     CROSS JOIN (
       SELECT avg(o.total_amount - o.tax_amount) AS average FROM orders o JOIN workspaces w ON w.id = o.workspace_id AND w.currency = o.currency
       WHERE o.workspace_id = $1 AND o.status NOT IN ('draft', 'cancelled') AND o.deleted_at IS NULL) average
     WHERE t.workspace_id = $1 AND t.status NOT IN ('draft', 'cancelled') AND t.deleted_at IS NULL
       AND t.currency = (SELECT currency FROM workspaces WHERE id = $1) AND t.total_amount - t.tax_amount > average.average
     ORDER BY t.total_amount - t.tax_amount DESC, t.id DESC LIMIT ${LIMIT_DEFAULT}`,
    [scope.workspaceId],
  )
  return { average: items[0]?.average ?? null, items, next_cursor: null }
}
