import { sql } from 'kysely'
import { amountFields } from '../../orders/terms.ts'
import { lackingColumns } from '../mapping/plan.ts'
import type { FieldPlan, FilePlan, RecordPlan } from '../mapping/plan-shape.ts'
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
import { changedLastBy, isOfThisImport, saidBefore } from './update-rows.ts'
import { orderKey, termsFault } from './whole-orders.ts'

/** Marks the rows whose figures an order could not have: what orders/lines.ts and orders/terms.ts refuse, in SQL. */
export function checkFigures(plan: FilePlan, record: RecordPlan, owner: BatchOwner): Statement[] {
  if (record.object.name === 'order_items') {
    return [...refuseFinerThanUnit(plan.records, record, owner), ...refuseForeignPrices(record, owner)]
  }
  const currency = record.fields.find(({ name }) => name === 'currency')
  if (record.object.name !== 'orders' || !currency) return []
  return [
    ...refuseFinerThanCurrency(record, currency, owner),
    ...refuseTerms(plan, record, owner),
    ...refuseNewCurrency(record, currency, owner),
    ...refuseMixedCurrency(plan, record, currency, owner),
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
      sql`${record.shared ? sql`true` : written(record)} AND scale(trim_scale(${newValue(field)})) > ${digits}`,
    ),
  )
}

/** An order that is there, and whose lines do not come with it, keeps terms that go with them; else they are checked at the end. */
function refuseTerms({ linesFollow }: FilePlan, record: RecordPlan, owner: BatchOwner): Statement[] {
  const brought = new Map(
    record.fields.filter(({ fromFile }) => fromFile).map((field) => [field.name, field]),
  )
  const terms = ['discount', 'discount_amount', 'shipping_amount'].filter((name) => brought.has(name))
  if (!record.update || linesFollow || terms.length === 0) return []
  const after = ['discount', 'discount_amount', 'shipping_amount'].map((name) => {
    const field = brought.get(name)
    return sql`coalesce(${field ? rowColumn(field.staged) : sql`NULL`}, ${sql.ref(`t.${name}`)}) AS ${sql.ref(name)}`
  })
  const fault = sql`(
    SELECT ${termsFault(sql`a.lines_amount`)}
    FROM (SELECT t.id, t.currency_digits, ${sql.join(after)} FROM orders t WHERE ${storedOrder(record, owner)} LIMIT 1) o
    JOIN orders t ON t.workspace_id = ${owner.workspaceId} AND t.id = o.id
      AND (t.discount, t.discount_amount, t.shipping_amount) IS DISTINCT FROM (o.discount, o.discount_amount, o.shipping_amount)
    CROSS JOIN LATERAL order_totals(${owner.workspaceId}::int, ARRAY[o.id]) a
    WHERE EXISTS (SELECT FROM order_items i WHERE i.workspace_id = ${owner.workspaceId} AND i.order_id = o.id))`
  const columns = terms.map((name) => brought.get(name)?.columns).join(', ')
  return [refuse(columns, fault, sql`${living(record)} AND ${fault} IS NOT NULL`)]
}

/** An order that is there changes its currency only with all its figures; see new-currencies.ts. */
function refuseNewCurrency(record: RecordPlan, currency: FieldPlan, owner: BatchOwner): Statement[] {
  if (!record.update || !currency.fromFile) return []
  const changes = sql`EXISTS (SELECT FROM orders t WHERE ${storedOrder(record, owner)} AND t.currency <> ${said(currency)})`
  return [
    refuse(
      currency.columns,
      sql`format('The order has figures in another currency than %s, which this import would keep as they are. Bring all its lines, its discount, shipping and charges in with it, or change the order by hand.', ${said(currency)})`,
      // Elsewhere the row is not taken over anyway, and a note says so.
      sql`${living(record)} AND ${changes} AND ${takesOverCurrency(record, owner)}
        AND NOT ${rowColumn(record.externalId.staged)} = ANY(${[...owner.newCurrencies.whole]}::text[])`,
    ),
  ]
}

/** Nor does it take on prices in another currency while it keeps its own. */
function refuseForeignPrices(record: RecordPlan, { newCurrencies: { partial } }: BatchOwner): Statement[] {
  if (partial.size === 0) return []
  const order = record.fields.find(({ name }) => name === 'order_id')
  return [
    refuse(
      order?.columns ?? null,
      sql`format('The order "%s" keeps its currency, as only some of its figures come in another one: its row says which. This line is left out with it.', ${orderKey(record)})`,
      sql`${written(record)} AND ${orderKey(record)} = ANY(${[...partial]}::text[])`,
    ),
  ]
}

/** Whether an order that is there would take on a currency that its row says. */
function takesOverCurrency(record: RecordPlan, owner: BatchOwner): SqlValue {
  const last = changedLastBy(record, owner, rowColumn(`${record.prefix}id`), sql`'currency'`)
  return sql`NOT ${saidBefore(record, { name: 'currency' })} AND NOT ${isOfThisImport(record, owner, rowColumn(record.externalId.staged))}
    AND ${last} IS DISTINCT FROM ${owner.importId} ${record.overwrite ? sql`` : sql`AND ${last} IS DISTINCT FROM 0`}`
}

/** A line whose row says another currency than its order is in: its price is none of that order's. */
function refuseMixedCurrency(
  { records }: FilePlan,
  record: RecordPlan,
  currency: FieldPlan,
  owner: BatchOwner,
): Statement[] {
  const line = records.find(({ object }) => object.name === 'order_items')
  if (!line || !currency.fromFile) return []
  const { prefix, shared, update, externalId } = record
  const [id, isNew, external] = [`${prefix}id`, `${prefix}new`, externalId.staged].map(rowColumn)
  const stored = sql`(SELECT t.currency FROM orders t WHERE ${storedOrder(record, owner)})`
  const kept = update ? sql`NOT ${isNew} AND NOT (${takesOverCurrency(record, owner)})` : sql`NOT ${isNew}`
  const makers = shared ? sql`r.${sql.raw(lackingColumns(record).what)} IS NOT NULL,` : sql``
  const ofFirst = sql`first_value(CASE WHEN ${isNew} THEN ${newValue(currency)} ELSE ${said(currency)} END) OVER (
    PARTITION BY ${external} ORDER BY NOT ${isNew} AND ${said(currency)} IS NULL, ${makers} r.row_number)`
  return [
    sql`
      UPDATE import_rows r SET column_name = ${currency.columns}::text,
        reason = format('The order is in %s by an earlier row or import, and this line in %s. An order has one currency; mend it, or make an order of its own of the line.', other.currency, ${said(currency)})
      FROM (
        SELECT r.row_number, CASE WHEN ${kept} THEN ${stored} ELSE ${ofFirst} END AS currency
        FROM import_rows r WHERE r.reason IS NULL AND ${id} IS NOT NULL
      ) other
      WHERE r.reason IS NULL AND r.row_number = other.row_number AND ${written(line)}
        AND ${said(currency)} <> other.currency`,
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
