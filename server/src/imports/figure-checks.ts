import { sql } from 'kysely'
import { amountFields } from '../orders/terms.ts'
import type { FieldPlan, FilePlan, RecordPlan } from './plan.ts'
import {
  type BatchOwner,
  living,
  madeBySameRow,
  newValue,
  referenceId,
  refuse,
  rowColumn,
  type SqlValue,
  type Statement,
  written,
} from './staged-rows.ts'
import { changedLastBy, isOfThisImport } from './update-rows.ts'

/** Marks the rows whose figures an order could not have: what orders/lines.ts and orders/terms.ts refuse, in SQL. */
export function checkFigures(plan: FilePlan, record: RecordPlan, owner: BatchOwner): Statement[] {
  if (record.object.name === 'order_items') return refuseFinerThanUnit(plan.records, record, owner)
  const currency = record.fields.find(({ name }) => name === 'currency')
  if (record.object.name !== 'orders' || !currency) return []
  return [
    ...refuseFinerThanCurrency(record, currency, owner),
    ...refuseNewCurrency(plan, record, currency, owner),
  ]
}

/** A quantity has no more decimals than the unit of its product allows, as in the API. */
function refuseFinerThanUnit(
  records: RecordPlan[],
  record: RecordPlan,
  { workspaceId }: BatchOwner,
): Statement[] {
  const quantity = record.fields.find(({ name }) => name === 'quantity')
  const product = record.fields.find(({ name }) => name === 'product_id')
  if (!quantity || !product) return []
  const made = madeBySameRow(records, record, product)
  const given = made?.fields.find(({ name }) => name === 'quantity_digits')
  const digits = sql`coalesce((
    SELECT p.quantity_digits FROM products p
    WHERE p.workspace_id = ${workspaceId} AND p.id = ${referenceId(records, record, product)}),
    ${given ? newValue(given) : sql`0`})`
  const value = sql`trim_scale(${rowColumn(quantity.staged)})`
  return [
    refuse(
      quantity.columns,
      sql`format('"%s" has more decimals than quantities of its product, which have at most %s.', ${value}, ${digits})`,
      sql`${written(record)} AND scale(${value}) > ${digits}`,
    ),
  ]
}

/** Amounts of a whole order have the decimals of its currency, as in the API. */
function refuseFinerThanCurrency(record: RecordPlan, currency: FieldPlan, owner: BatchOwner): Statement[] {
  const code = sql`coalesce(${said(currency)}, (
    SELECT t.currency FROM orders t WHERE ${storedOrder(record, owner)}), ${newValue(currency)})`
  const digits = sql`(SELECT c.digits FROM currencies c WHERE c.code = ${code})`
  const sentence = sql`format('An amount in %s has %s.', ${code},
    CASE ${digits} WHEN 0 THEN 'no decimals' ELSE 'at most ' || ${digits} || ' decimals' END)`
  return amountsIn(record).map((field) =>
    refuse(
      field.columns,
      sentence,
      sql`${written(record)} AND scale(trim_scale(${newValue(field)})) > ${digits}`,
    ),
  )
}

/**
 * Figures of one currency are not taken for figures of another: an order that is there changes its currency only if the
 * import brings its lines, and the row its amounts.
 */
function refuseNewCurrency(
  { linesFollow }: FilePlan,
  record: RecordPlan,
  currency: FieldPlan,
  owner: BatchOwner,
): Statement[] {
  if (!record.update || !currency.fromFile) return []
  const brought = new Map(amountsIn(record).map((field) => [field.name, field]))
  const kept = amountFields.map((name) => {
    const field = brought.get(name)
    return sql`(${sql.ref(`t.${name}`)} <> 0 ${field ? sql`AND ${rowColumn(field.staged)} IS NULL` : sql``})`
  })
  const lines = sql`EXISTS (SELECT FROM order_items i WHERE i.workspace_id = t.workspace_id AND i.order_id = t.id)`
  const keepsFigures = sql`EXISTS (
    SELECT FROM orders t WHERE ${storedOrder(record, owner)} AND t.currency <> ${said(currency)}
      AND (${sql.join(linesFollow ? kept : [...kept, lines], sql` OR `)}))`
  // Elsewhere the row is not taken over anyway, and a note says so.
  const last = changedLastBy(record, owner, rowColumn(`${record.prefix}id`), sql`'currency'`)
  const takenOver = sql`NOT ${isOfThisImport(record, owner, rowColumn(record.externalId.staged))}
    AND ${last} IS DISTINCT FROM ${owner.importId} ${record.overwrite ? sql`` : sql`AND ${last} IS DISTINCT FROM 0`}`
  return [
    refuse(
      currency.columns,
      sql`format('The order has figures in another currency than %s, which this import would keep as they are. Bring its lines, discount, shipping and charges in with it, or change the order by hand.', ${said(currency)})`,
      sql`${living(record)} AND ${keepsFigures} AND ${takenOver}`,
    ),
  ]
}

/** What the file says of the currency; what only the mapping says is for new orders. */
function said(currency: FieldPlan): SqlValue {
  return currency.fromFile ? rowColumn(currency.staged) : sql`NULL`
}

function amountsIn({ fields }: RecordPlan): FieldPlan[] {
  return fields.filter(({ name, fromFile }) => fromFile && amountFields.some((amount) => amount === name))
}

/** `t` is the order of the row, if it is there. */
function storedOrder({ prefix }: RecordPlan, { workspaceId }: BatchOwner): SqlValue {
  return sql`t.workspace_id = ${workspaceId} AND t.id = ${rowColumn(`${prefix}id`)}`
}
