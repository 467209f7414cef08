import { sql } from 'kysely'
import { type ImportableName, importableObjects } from '../mapping/objects.ts'
import { lackingColumns } from '../mapping/plan.ts'
import type { FilePlan, RecordPlan, ReferencePlan } from '../mapping/plan-shape.ts'
import { checkFigures } from './figure-checks.ts'
import { hasTakenFurtherEmail, refuseTakenEmails } from './further-rows.ts'
import {
  type BatchOwner,
  madeBySameRow,
  newValue,
  referenceId,
  referencesOf,
  refuse,
  rowColumn,
  type SqlValue,
  type Statement,
  written,
} from './staged-rows.ts'
import { refuseSurplusLines } from './write-lines.ts'

const VALUE_SHOWN_LENGTH_MAX = 60

/** A field that must differ from record to record. */
interface UniqueRule {
  field: string
  /** As the unique index compares it. */
  key: (value: SqlValue) => SqlValue
  /** NULL unless a record but the one of this id has the key already. */
  holder: (key: SqlValue, workspaceId: number, id: SqlValue) => SqlValue
  /** Whether the workspace wants it; always if absent. */
  wanted?: (workspaceId: number) => SqlValue
}

const uniqueRules: Partial<Record<ImportableName, UniqueRule>> = {
  customers: {
    field: 'email',
    key: (value) => sql`nullif(email_key(${value}), '')`,
    holder: (key, workspaceId, id) => sql`(
      SELECT c.customer_id FROM customer_email_claims c
      WHERE c.workspace_id = ${workspaceId} AND c.email_key = ${key} AND c.customer_id <> ${id})`,
    wanted: (workspaceId) =>
      sql`(SELECT w.unique_customer_emails FROM workspaces w WHERE w.id = ${workspaceId})`,
  },
  products: {
    field: 'sku',
    key: (value) => sql`normalize_text(${value})`,
    holder: (key, workspaceId, id) =>
      holderOf('products', 'sku_key', sql`t.sku_key <> ''`, { key, workspaceId, id }),
  },
  orders: {
    field: 'order_number',
    key: (value) => sql`normalize_text(${value})`,
    holder: (key, workspaceId, id) =>
      holderOf('orders', 'order_number_key', sql`true`, { key, workspaceId, id }),
  },
}

/**
 * The living record that has a key, unless it is the one of this id. Asked for the first key from here on, only the index
 * that is in the order of keys needs no sorting: while the table grows, PostgreSQL would take any other for as good.
 */
function holderOf(
  table: 'products' | 'orders',
  column: string,
  indexed: SqlValue,
  { key, workspaceId, id }: { key: SqlValue; workspaceId: number; id: SqlValue },
): SqlValue {
  const stored = sql.ref(`t.${column}`)
  return sql`(
    SELECT first.id FROM (SELECT ${key} AS key LIMIT 1) sought
    CROSS JOIN LATERAL (
      SELECT t.id, ${stored} AS key FROM ${sql.table(table)} t
      WHERE t.workspace_id = ${workspaceId} AND ${stored} >= sought.key AND t.deleted_at IS NULL AND ${indexed}
      ORDER BY ${stored} LIMIT 1
    ) first
    WHERE first.key = sought.key AND first.id <> ${id})`
}

/** Marks the rows that break a rule, each rule among those that no earlier one has marked. */
export function checkRows(plan: FilePlan, owner: BatchOwner): Statement[] {
  const { records } = plan
  return [
    ...records.filter(({ shared }) => !shared).flatMap((record) => refuseRepeated(record, owner)),
    ...records.flatMap((record) =>
      referencesOf(record).flatMap((field) => [
        ...refuseUnknown(records, record, field, owner),
        refuseTrashed(records, record, field),
      ]),
    ),
    ...records.flatMap((record) => [...refuseTaken(record, owner), ...refuseReturning(record, owner)]),
    ...records
      .filter(({ object }) => object.name === 'order_items')
      .map((record) => refuseSurplusLines(plan, record, owner)),
    ...records.flatMap((record) => checkFigures(plan, record, owner)),
  ]
}

/**
 * Marks the rows that need another row of the batch which does not go in: the one that they refer to, or the one that
 * makes the record they share. To be run until it marks none: their own followers come next.
 */
export function refuseFollowers(plan: FilePlan): Statement[] {
  return plan.records.flatMap((record) => [
    ...(record.shared ? [refuseLacking(record)] : []),
    ...selfReferences(record).map(
      (field) => sql`
        UPDATE import_rows r SET column_name = ${field.columns}::text, reason = ${unknownReference(field)}
        FROM import_rows other
        WHERE r.reason IS NULL AND ${rowColumn(`${record.prefix}new`)} AND other.reason IS NOT NULL
          AND other.${sql.raw(`${record.prefix}id`)} = ${rowColumn(`${field.staged}_found`)}`,
    ),
  ])
}

/** A row that lacks what a new record needs goes in if another row makes the record. */
function refuseLacking(record: RecordPlan): Statement {
  const { object, prefix, externalId } = record
  const { what, where } = lackingColumns(record)
  const [isNew, external, lacks] = [`${prefix}new`, externalId.staged, what].map((name) => sql.raw(name))
  return sql`
    UPDATE import_rows r SET column_name = ${rowColumn(where)}, reason = format(
      ${`No row of the ${object.singular} "%s" that went in has its %s.`}::text,
      left(${rowColumn(externalId.staged)}, ${VALUE_SHOWN_LENGTH_MAX}::int), ${rowColumn(what)})
    WHERE r.reason IS NULL AND r.${isNew} AND r.${lacks} IS NOT NULL AND r.${external} NOT IN (
      SELECT maker.${external} FROM import_rows maker
      WHERE maker.reason IS NULL AND maker.${isNew} AND maker.${lacks} IS NULL)`
}

/** Of the rows that share a new record, the first that has all it needs makes it. To be run after all checks. */
export function settleShared({ records }: FilePlan): Statement[] {
  return records
    .filter(({ shared }) => shared)
    .map((record) => {
      const { prefix, externalId } = record
      const names = [`${prefix}id`, `${prefix}new`, externalId.staged, lackingColumns(record).what]
      const [id, isNew, external, lacks] = names.map((name) => sql.raw(name))
      return sql`
        UPDATE import_rows r SET ${id} = maker.id, ${isNew} = false
        FROM (
          SELECT DISTINCT ON (${external}) row_number, ${external} AS external_id, ${id} AS id FROM import_rows
          WHERE reason IS NULL AND ${isNew} AND ${lacks} IS NULL ORDER BY ${external}, row_number
        ) maker
        WHERE r.reason IS NULL AND r.${isNew} AND r.${external} = maker.external_id AND r.row_number <> maker.row_number`
    })
}

/** A sentence with a value of the row in the place of %s. */
function sentence(template: string, stagedName: string): SqlValue {
  return sql`format(${template}::text, left(${rowColumn(stagedName)}, ${VALUE_SHOWN_LENGTH_MAX}::int))`
}

function refuseRepeated({ prefix, externalId, object, update }: RecordPlan, owner: BatchOwner): Statement[] {
  const { columns, staged } = externalId
  const reason = sentence(
    `An earlier row has the id "%s" too; only the first became a ${object.singular}.`,
    staged,
  )
  const earlierBatch = sql`
    UPDATE import_rows r SET repeated = true, column_name = ${columns}::text, reason = ${reason}
    WHERE r.reason IS NULL AND ${rowColumn(`${prefix}known`)} IS NOT NULL AND (${update ? sql`${rowColumn(`${prefix}said`)} = -1 OR` : sql``} (
      SELECT e.import_id FROM external_ids e
      WHERE e.workspace_id = ${owner.workspaceId} AND e.source = ${owner.source} AND e.object = ${object.name}
        AND e.external_id = ${rowColumn(staged)}) = ${owner.importId})`
  const sameBatch = sql`
    UPDATE import_rows r SET repeated = true, column_name = ${columns}::text, reason = ${reason}
    FROM (
      SELECT row_number, min(row_number) OVER (PARTITION BY ${sql.raw(staged)}) AS first_row FROM import_rows
      WHERE reason IS NULL
    ) twin
    WHERE r.row_number = twin.row_number AND twin.row_number <> twin.first_row`
  return [earlierBatch, sameBatch]
}

function selfReferences(record: RecordPlan): ReferencePlan[] {
  return referencesOf(record).filter(({ refersTo }) => refersTo === record.object.name)
}

function unknownReference({ refersTo, staged }: ReferencePlan): SqlValue {
  const { singular } = importableObjects[refersTo]
  return sentence(`No ${singular} with the id "%s" has come in; its row may be missing or refused.`, staged)
}

function refuseUnknown(
  records: RecordPlan[],
  record: RecordPlan,
  field: ReferencePlan,
  owner: BatchOwner,
): Statement[] {
  const { columns, staged } = field
  const unknown = refuse(
    columns,
    unknownReference(field),
    sql`${written(record)} AND ${rowColumn(staged)} IS NOT NULL AND ${referenceId(records, record, field)} IS NULL`,
  )
  if (!selfReferences(record).includes(field)) return [unknown]
  const { prefix, externalId, object } = record
  const itself = refuse(
    columns,
    sentence(`The ${object.singular} "%s" refers to itself.`, staged),
    sql`${rowColumn(staged)} = ${rowColumn(externalId.staged)}`,
  )
  const findInBatch = sql`
    UPDATE import_rows r SET ${sql.raw(`${staged}_found`)} = other.${sql.raw(`${prefix}id`)}
    FROM import_rows other
    WHERE r.reason IS NULL AND other.reason IS NULL AND ${rowColumn(`${staged}_found`)} IS NULL
      AND other.${sql.raw(externalId.staged)} = ${rowColumn(staged)}`
  return [itself, findInBatch, unknown, refuseCircle(records, record, field, owner)]
}

/** Nobody manages someone who manages them, by however many others: of the rows and of what is there. */
function refuseCircle(
  records: RecordPlan[],
  record: RecordPlan,
  field: ReferencePlan,
  { workspaceId }: BatchOwner,
): Statement {
  const { object, prefix } = record
  const column = sql.id(field.name)
  const said = sql`
    SELECT ${rowColumn(`${prefix}id`)} AS id, abs(${referenceId(records, record, field)}) AS above FROM import_rows r
    WHERE r.reason IS NULL AND ${written(record)} AND ${rowColumn(field.staged)} IS NOT NULL`
  return sql`
    WITH RECURSIVE said AS MATERIALIZED (${said}), arrow AS MATERIALIZED (
      SELECT id, above FROM said
      UNION ALL SELECT t.id, t.${column} FROM ${sql.table(object.name)} t
      WHERE t.workspace_id = ${workspaceId} AND t.${column} IS NOT NULL AND EXISTS (SELECT FROM said)
        AND t.id NOT IN (SELECT said.id FROM said)
    ), up (start, id) AS (
      SELECT said.id, said.above FROM said
      UNION SELECT up.start, arrow.above FROM up JOIN arrow ON arrow.id = up.id WHERE up.id <> up.start
    )
    UPDATE import_rows r SET column_name = ${field.columns}::text, reason = ${sentence(
      `"%s" reports to this ${object.singular}, directly or through others.`,
      field.staged,
    )}
    FROM (SELECT up.start FROM up WHERE up.id = up.start) circle
    WHERE r.reason IS NULL AND ${written(record)} AND ${rowColumn(field.staged)} IS NOT NULL
      AND ${rowColumn(`${prefix}id`)} = circle.start`
}

/** What lies in the trash cannot be chosen by people either. */
function refuseTrashed(records: RecordPlan[], record: RecordPlan, field: ReferencePlan): Statement {
  const { columns, staged, refersTo } = field
  const found = sql`${rowColumn(`${staged}_found`)} < 0`
  const made = madeBySameRow(records, record, field)
  const inTrash = made
    ? sql`(${found} AND NOT (${made.restore} AND ${rowColumn(made.externalId.staged)} = ${rowColumn(staged)}))`
    : found
  return refuse(
    columns,
    sentence(
      `The ${importableObjects[refersTo].singular} "%s" lies in the trash. Restore it, or let the mapping do it, and import this row again.`,
      staged,
    ),
    sql`${written(record)} AND ${inTrash}`,
  )
}

/** What comes back from the trash must still be the only one of its kind. */
function refuseReturning(record: RecordPlan, owner: BatchOwner): Statement[] {
  const { object, prefix, externalId, restore } = record
  const rule = uniqueRules[object.name]
  if (!rule || !restore) return []
  const id = rowColumn(`${prefix}id`)
  const own = sql`(
    SELECT ${rule.key(sql.raw(`own.${rule.field}`))} FROM ${sql.table(object.name)} own
    WHERE own.workspace_id = ${owner.workspaceId} AND own.id = ${id})`
  return [
    refuse(
      externalId.columns,
      sentence(
        `The ${object.singular} "%s" lies in the trash, and another has its ${rule.field.replaceAll('_', ' ')} by now. Change one of them.`,
        externalId.staged,
      ),
      sql`${rowColumn(`${prefix}trashed`)} AND (
        ${rule.holder(own, owner.workspaceId, id)} IS NOT NULL OR ${hasTakenFurtherEmail(record, owner)})`,
    ),
  ]
}

function refuseTaken(record: RecordPlan, owner: BatchOwner): Statement[] {
  const { object, prefix, externalId } = record
  const rule = uniqueRules[object.name]
  const field = record.fields.find(({ name }) => name === rule?.field)
  if (!rule) return []
  const wanted = rule.wanted?.(owner.workspaceId) ?? sql`true`
  const applies = sql`${written(record)} AND ${wanted}`
  const further = refuseTakenEmails(record, owner, { wanted, applies })
  if (!field) return further
  const key = rule.key(newValue(field))
  const what = `${rule.field.replaceAll('_', ' ')} "%s"`
  return [
    refuse(
      field.columns,
      sentence(`Another ${object.singular} has the ${what} already.`, field.staged),
      sql`${applies} AND ${rule.holder(key, owner.workspaceId, rowColumn(`${prefix}id`))} IS NOT NULL`,
    ),
    // Rows that share a record share its key too; only another record with the key is refused.
    sql`
      UPDATE import_rows r
      SET column_name = ${field.columns}::text,
        reason = ${sentence(`An earlier row has the ${what} too, and every ${object.singular} needs its own.`, field.staged)}
      FROM (
        SELECT r.row_number, r.${sql.raw(externalId.staged)} <> first_value(r.${sql.raw(externalId.staged)})
          OVER (PARTITION BY ${key} ORDER BY r.row_number) AS taken
        FROM import_rows r WHERE r.reason IS NULL AND ${applies} AND ${key} IS NOT NULL
      ) earlier
      WHERE r.row_number = earlier.row_number AND earlier.taken`,
    ...further,
  ]
}
