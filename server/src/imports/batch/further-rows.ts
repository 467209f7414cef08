import { sql } from 'kysely'
import type { RecordPlan } from '../mapping/plan-shape.ts'
import { type BatchOwner, newValue, refuse, rowColumn, type SqlValue, type Statement } from './staged-rows.ts'

/*
 * What the rows of a batch say of further emails and phones (see further-values.ts), in PostgreSQL. Where a workspace
 * wants each email to be one customer's, a row that claims another's is refused here, so that no batch fails by it.
 */

const EMAIL_SHOWN_LENGTH_MAX = 60

/** Each list, the field that has the first value, and what makes two values the same. */
const lists = [
  { list: 'more_emails', first: 'email', key: (value: SqlValue) => sql`email_key(${value})` },
  { list: 'more_phones', first: 'phone', key: (value: SqlValue) => value },
]

/** A list does not repeat the first value that its record will have, whoever has given it that. */
export function dropFirstFromLists(
  { object, prefix, fields }: RecordPlan,
  { workspaceId }: BatchOwner,
): Statement[] {
  const mapped = lists.filter(({ list }) => fields.some(({ name }) => name === list))
  return mapped.flatMap(({ list, first, key }) => {
    const written = sql`prefix = ${prefix} AND verdict IN ('apply', 'fill')`
    const kept = sql`(
      SELECT jsonb_agg(e.part ORDER BY e.place) FROM jsonb_array_elements(d.after) WITH ORDINALITY AS e (part, place)
      WHERE ${key(sql`(e.part ->> ${first})`)} IS DISTINCT FROM ${key(sql`coalesce(said.first, t.${sql.raw(first)})`)})`
    return [
      sql`
        UPDATE import_differences d SET after = ${kept}
        FROM (
          SELECT id, max(after #>> '{}') FILTER (WHERE field = ${first}) AS first FROM import_differences
          WHERE ${written} GROUP BY id
        ) said, ${sql.table(object.name)} t
        WHERE ${written} AND d.field = ${list} AND said.id = d.id AND t.workspace_id = ${workspaceId} AND t.id = d.id`,
      sql`
        DELETE FROM import_differences
        WHERE ${written} AND field = ${list} AND (after IS NULL OR after IS NOT DISTINCT FROM before)`,
    ]
  })
}

/**
 * Refuses rows with an email, first or further, that another customer or an earlier row of the batch has. `wanted` is
 * whether the workspace asks for it, `applies` that of a row whose values are written.
 */
export function refuseTakenEmails(
  record: RecordPlan,
  owner: BatchOwner,
  { wanted, applies }: { wanted: SqlValue; applies: SqlValue },
): Statement[] {
  const further = record.fields.find(({ name }) => name === 'more_emails')
  if (record.object.name !== 'customers' || !(further || record.restore)) return []
  const twice = refuseSameInBatch(record, owner, { wanted, applies })
  if (!further) return [twice]
  const taken = sql`(
    SELECT e.part ->> 'email' FROM jsonb_array_elements(${rowColumn(further.staged)}) WITH ORDINALITY AS e (part, place)
    WHERE ${holder(sql`email_key(e.part ->> 'email')`, record, owner)} IS NOT NULL ORDER BY e.place LIMIT 1)`
  const reason = sql`format('Another customer has the email "%s" already.', ${cut(taken)})`
  return [refuse(further.columns, reason, sql`${applies} AND ${taken} IS NOT NULL`), twice]
}

/** Whether another customer has by now one of the further emails that a row's record has. */
export function hasTakenFurtherEmail(record: RecordPlan, owner: BatchOwner): SqlValue {
  if (record.object.name !== 'customers') return sql`false`
  return sql`EXISTS (
    SELECT FROM customers own CROSS JOIN LATERAL unnest(email_keys(own.more_emails)) AS each (key)
    WHERE own.workspace_id = ${owner.workspaceId} AND own.id = ${rowColumn(`${record.prefix}id`)}
      AND ${holder(sql`each.key`, record, owner)} IS NOT NULL)`
}

function holder(key: SqlValue, { prefix }: RecordPlan, { workspaceId }: BatchOwner): SqlValue {
  return sql`(
    SELECT c.customer_id FROM customer_email_claims c
    WHERE c.workspace_id = ${workspaceId} AND c.email_key = ${key} AND c.customer_id <> ${rowColumn(`${prefix}id`)})`
}

function cut(email: SqlValue): SqlValue {
  return sql`left(${email}, ${EMAIL_SHOWN_LENGTH_MAX}::int)`
}

/** Rows that share a customer share its emails too. What a row takes out of the trash has those that it had. */
function refuseSameInBatch(
  record: RecordPlan,
  { workspaceId }: BatchOwner,
  { wanted, applies }: { wanted: SqlValue; applies: SqlValue },
): Statement {
  const { fields, externalId, prefix, restore } = record
  const field = (wantedName: string) => fields.find(({ name }) => name === wantedName)
  const [email, further] = [field('email'), field('more_emails')]
  const returning = sql`
    UNION ALL SELECT own.email, false FROM customers own
    WHERE own.workspace_id = ${workspaceId} AND own.id = ${rowColumn(`${prefix}id`)} AND ${rowColumn(`${prefix}trashed`)}
    UNION ALL SELECT part ->> 'email', true FROM customers own CROSS JOIN jsonb_array_elements(own.more_emails) AS part
    WHERE own.workspace_id = ${workspaceId} AND own.id = ${rowColumn(`${prefix}id`)} AND ${rowColumn(`${prefix}trashed`)}`
  const claimed = sql`
    SELECT ${email ? newValue(email) : sql`NULL::text`} AS email, false AS is_further WHERE ${applies}
    UNION ALL SELECT part ->> 'email', true
    FROM jsonb_array_elements(${further ? rowColumn(further.staged) : sql`NULL::jsonb`}) AS part WHERE ${applies}
    ${restore ? returning : sql``}`
  const columnOf = sql`CASE WHEN taken.is_further THEN ${further?.columns ?? externalId.columns}::text
    ELSE ${email?.columns ?? externalId.columns}::text END`
  return sql`
    UPDATE import_rows r SET column_name = ${columnOf},
      reason = format('An earlier row has the email "%s" too, and every customer needs its own.', ${cut(sql`taken.email`)})
    FROM (
      SELECT DISTINCT ON (row_number) row_number, email, is_further FROM (
        SELECT r.row_number, claimed.email, claimed.is_further, r.${sql.raw(externalId.staged)} <> first_value(r.${sql.raw(externalId.staged)})
          OVER (PARTITION BY email_key(claimed.email) ORDER BY r.row_number) AS is_taken
        FROM import_rows r CROSS JOIN LATERAL (${claimed}) claimed
        WHERE r.reason IS NULL AND ${wanted} AND email_key(claimed.email) <> ''
      ) earlier WHERE is_taken ORDER BY row_number, is_further
    ) taken
    WHERE r.row_number = taken.row_number`
}
