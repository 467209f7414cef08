import { sql } from 'kysely'
import type { FilePlan, RecordPlan } from './plan.ts'
import { type BatchOwner, referenceId, rowColumn, type SqlValue, type Statement } from './staged-rows.ts'

/** A column of the record's table and what goes into it. */
interface Assignment {
  name: string
  value: SqlValue
}

/** Makes the new records of the checked rows, in the order of their ids, and keeps what each row became. */
export function insertRows(plan: FilePlan, owner: BatchOwner): Statement[] {
  const { records } = plan
  return [...records.flatMap((record) => insertRecord(records, record, owner)), keepExternalIds(plan, owner)]
}

function insertRecord(records: RecordPlan[], record: RecordPlan, owner: BatchOwner): Statement[] {
  const { object, prefix } = record
  const assignments = [...mappedColumns(records, record, owner), ...derivedColumns(record, owner)]
  const isItem = object.name === 'order_items'
  const insert = sql`
    INSERT INTO ${sql.table(object.name)} (workspace_id, id, ${sql.join(assignments.map(({ name }) => sql.id(name)))})
    SELECT ${owner.workspaceId}::int, ${rowColumn(`${prefix}id`)}, ${sql.join(assignments.map(({ value }) => value))}
    FROM import_rows r ${isItem ? itemOrders(records, record, owner) : sql``}
    WHERE r.reason IS NULL AND ${rowColumn(`${prefix}new`)}
    ORDER BY r.row_number`
  if (!isItem) return [insert]
  return [lockOrders(records, record, owner), insert, totalOrders(records, record, owner)]
}

function mappedColumns(records: RecordPlan[], record: RecordPlan, owner: BatchOwner): Assignment[] {
  const assignments = record.fields.map((field) => ({
    name: field.name,
    value: field.refersTo ? referenceId(records, record, field) : rowColumn(field.staged),
  }))
  const company = companyOfCustomer(records, record, owner)
  if (!company) return assignments
  const given = assignments.find(({ name }) => name === 'company_id')
  const others = assignments.filter((assignment) => assignment !== given)
  return [
    ...others,
    { name: 'company_id', value: given ? sql`coalesce(${given.value}, ${company})` : company },
  ]
}

/** An order or interaction for which the file names no company belongs to the company of its customer. */
function companyOfCustomer(
  records: RecordPlan[],
  record: RecordPlan,
  owner: BatchOwner,
): SqlValue | undefined {
  if (record.object.name !== 'orders' && record.object.name !== 'interactions') return undefined
  const customer = record.fields.find(({ name }) => name === 'customer_id')
  if (!customer) return undefined
  return sql`(
    SELECT c.company_id FROM customers c
    WHERE c.workspace_id = ${owner.workspaceId} AND c.id = ${referenceId(records, record, customer)})`
}

/** Columns that no file fills. */
function derivedColumns({ object, prefix }: RecordPlan, { workspaceId }: BatchOwner): Assignment[] {
  switch (object.name) {
    case 'customers':
      return [
        {
          name: 'email_unique',
          value: sql`(SELECT w.unique_customer_emails FROM workspaces w WHERE w.id = ${workspaceId})`,
        },
      ]
    case 'orders':
      return [
        {
          name: 'currency_digits',
          value: sql`(SELECT c.digits FROM currencies c WHERE c.code = ${rowColumn(`${prefix}currency`)})`,
        },
      ]
    case 'order_items':
      return ['order_date', 'is_sale', 'currency', 'currency_digits', 'position'].map((name) => ({
        name,
        value: sql.raw(`o.${name}`),
      }))
    default:
      return []
  }
}

function orderId(records: RecordPlan[], record: RecordPlan): SqlValue {
  const order = record.fields.find(({ name }) => name === 'order_id')
  return order ? referenceId(records, record, order) : sql`NULL::bigint`
}

/** What items copy of their order, and the next free position in it. */
function itemOrders(records: RecordPlan[], record: RecordPlan, { workspaceId }: BatchOwner): SqlValue {
  const order = orderId(records, record)
  return sql`
    JOIN (
      SELECT r.row_number, row_number() OVER (PARTITION BY ${order} ORDER BY r.row_number) AS nth
      FROM import_rows r WHERE r.reason IS NULL AND ${rowColumn(`${record.prefix}new`)}
    ) place ON place.row_number = r.row_number
    CROSS JOIN LATERAL (
      SELECT t.order_date, t.is_sale, t.currency, t.currency_digits, place.nth + coalesce((
        SELECT max(i.position) FROM order_items i WHERE i.workspace_id = t.workspace_id AND i.order_id = t.id), 0) AS position
      FROM orders t WHERE t.workspace_id = ${workspaceId} AND t.id = ${order} LIMIT 1
    ) o`
}

/** The orders that get items in this batch. */
function touchedOrders(records: RecordPlan[], record: RecordPlan): SqlValue {
  return sql`ARRAY(
    SELECT DISTINCT ${orderId(records, record)} FROM import_rows r
    WHERE r.reason IS NULL AND ${rowColumn(`${record.prefix}new`)})`
}

/** Nobody may change what the items copy before they are in. Locked by id, so that writers never wait in a circle. */
function lockOrders(records: RecordPlan[], record: RecordPlan, { workspaceId }: BatchOwner): Statement {
  return sql`
    SELECT t.id FROM orders t WHERE t.workspace_id = ${workspaceId} AND t.id = ANY(${touchedOrders(records, record)})
    ORDER BY t.id FOR NO KEY UPDATE`
}

/** A total is the sum of the line totals, always. */
function totalOrders(records: RecordPlan[], record: RecordPlan, { workspaceId }: BatchOwner): Statement {
  return sql`
    UPDATE orders SET updated_at = now(), version = version + 1, total_amount = (
      SELECT sum(i.line_total) FROM order_items i WHERE i.workspace_id = ${workspaceId} AND i.order_id = orders.id)
    WHERE workspace_id = ${workspaceId} AND id = ANY(${touchedOrders(records, record)})`
}

/** In the order of the key: neighbours land on the same pages. */
function keepExternalIds({ records }: FilePlan, { workspaceId, source, importId }: BatchOwner): Statement {
  const made = records.map(
    ({ object, prefix, externalId }) => sql`
      SELECT ${workspaceId}::int, ${source}::text, ${object.name}::text AS object,
        ${rowColumn(externalId.staged)} AS external_id, ${rowColumn(`${prefix}id`)}, ${importId}::bigint
      FROM import_rows r WHERE r.reason IS NULL AND ${rowColumn(`${prefix}new`)}`,
  )
  return sql`
    INSERT INTO external_ids (workspace_id, source, object, external_id, entity_id, import_id)
    ${sql.join(made, sql` UNION ALL `)} ORDER BY object, external_id`
}
