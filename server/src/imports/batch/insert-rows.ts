import { sql } from 'kysely'
import { amountFields } from '../../orders/terms.ts'
import type { FieldPlan, FilePlan, RecordPlan } from '../mapping/plan-shape.ts'
import {
  type BatchOwner,
  newValue,
  referenceId,
  rowColumn,
  type SqlValue,
  type Statement,
} from './staged-rows.ts'

/** Statuses of orders that no figure counts. */
const statusesOfNoSale = ['draft', 'cancelled'] as const

/** A column of the record's table and what goes into it. */
export interface Assignment {
  name: string
  value: SqlValue
}

/** Makes the new records of the checked rows, in the order of their ids. Lines are inserted by write-lines.ts. */
export function insertRecord(plan: FilePlan, record: RecordPlan, owner: BatchOwner): Statement[] {
  const assignments = assignmentsOf(plan, record, owner)
  const insert = insertInto(record, owner, assignments, sql``)
  if (record.object.name !== 'orders') return [insert]
  const total = totalNewOrders(record, owner)
  return holdsBack(plan, record) ? [insert, total, holdNewOrders(record, owner)] : [insert, total]
}

/** What goes into the columns of a new record. */
export function assignmentsOf(plan: FilePlan, record: RecordPlan, owner: BatchOwner): Assignment[] {
  return [...mappedColumns(plan, record, owner), ...derivedColumns(record, owner)]
}

/** `joined` follows `FROM import_rows r`. */
export function insertInto(
  { object, prefix }: RecordPlan,
  owner: BatchOwner,
  assignments: Assignment[],
  joined: SqlValue,
): Statement {
  return sql`
    INSERT INTO ${sql.table(object.name)} (workspace_id, id, ${sql.join(assignments.map(({ name }) => sql.id(name)))})
    SELECT ${owner.workspaceId}::int, ${rowColumn(`${prefix}id`)}, ${sql.join(assignments.map(({ value }) => value))}
    FROM import_rows r ${joined}
    WHERE r.reason IS NULL AND ${rowColumn(`${prefix}new`)}
    ORDER BY r.row_number`
}

/** An order may have shipping or charges before its lines come in. */
function totalNewOrders({ prefix, fields }: RecordPlan, { workspaceId }: BatchOwner): Statement {
  const amounts = fields.filter(({ name }) => amountFields.some((amount) => amount === name))
  return sql`
    UPDATE orders SET total_amount = t.total_amount
    FROM order_totals(${workspaceId}::int, ARRAY(
      SELECT ${rowColumn(`${prefix}id`)} FROM import_rows r
      WHERE r.reason IS NULL AND ${rowColumn(`${prefix}new`)}
        AND (${sql.join(
          amounts.map((field) => sql`${newValue(field)} <> 0`),
          sql` OR `,
        )}))) t
    WHERE orders.workspace_id = ${workspaceId} AND orders.id = t.order_id`
}

/** New orders whose lines follow are drafts until they have them all. */
function holdsBack({ linesFollow }: FilePlan, { object }: RecordPlan): boolean {
  return linesFollow && object.name === 'orders'
}

function holdNewOrders(record: RecordPlan, { workspaceId, source, importId }: BatchOwner): Statement {
  const { prefix, externalId, fields } = record
  const status = fields.find(({ name }) => name === 'status')
  return sql`
    INSERT INTO held_orders (workspace_id, order_id, source, order_key, status, import_id, was_whole)
    SELECT ${workspaceId}::int, ${rowColumn(`${prefix}id`)}, ${source}, ${rowColumn(externalId.staged)},
      ${status ? newValue(status) : sql`'draft'`}, ${importId}::bigint, false
    FROM import_rows r WHERE r.reason IS NULL AND ${rowColumn(`${prefix}new`)}
    ORDER BY 2`
}

function mappedColumns(plan: FilePlan, record: RecordPlan, owner: BatchOwner): Assignment[] {
  const { records } = plan
  const assignments = record.fields.map((field) => ({
    name: field.name,
    value: givenValue(plan, record, field),
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

function givenValue(plan: FilePlan, record: RecordPlan, field: FieldPlan): SqlValue {
  if (field.refersTo) return referenceId(plan.records, record, field)
  const value = newValue(field)
  if (field.name !== 'status' || !holdsBack(plan, record)) return value
  return sql`CASE WHEN ${value} = ANY (${statusesOfNoSale}::text[]) THEN ${value} ELSE 'draft' END`
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
function derivedColumns({ object, fields }: RecordPlan, { workspaceId }: BatchOwner): Assignment[] {
  switch (object.name) {
    case 'customers':
      return [
        {
          name: 'email_unique',
          value: sql`(SELECT w.unique_customer_emails FROM workspaces w WHERE w.id = ${workspaceId})`,
        },
      ]
    case 'orders': {
      const currency = fields.find(({ name }) => name === 'currency')
      if (!currency) return []
      const value = sql`(SELECT c.digits FROM currencies c WHERE c.code = ${newValue(currency)})`
      return [{ name: 'currency_digits', value }]
    }
    default:
      return []
  }
}

/**
 * Keeps what each row became. In the order of the key: neighbours land on the same pages. An id that is known already
 * is that of a record that was deleted for good.
 */
export function keepExternalIds(
  { records }: FilePlan,
  { workspaceId, source, importId }: BatchOwner,
): Statement {
  const made = records.map(
    ({ object, prefix, externalId }) => sql`
      SELECT ${workspaceId}::int, ${source}::text, ${object.name}::text AS object,
        ${rowColumn(externalId.staged)} AS external_id, ${rowColumn(`${prefix}id`)}, ${importId}::bigint
      FROM import_rows r WHERE r.reason IS NULL AND ${rowColumn(`${prefix}new`)}`,
  )
  return sql`
    INSERT INTO external_ids (workspace_id, source, object, external_id, entity_id, import_id)
    ${sql.join(made, sql` UNION ALL `)} ORDER BY object, external_id
    ON CONFLICT (workspace_id, source, object, external_id) DO UPDATE
    SET entity_id = excluded.entity_id, import_id = excluded.import_id`
}
