import { type RawBuilder, sql } from 'kysely'
import { type FieldChanges, recordChanges } from '../changes/changes.ts'
import type { Tx } from '../db/database.ts'
import { conflict } from '../errors.ts'
import type { ListSource } from '../lists/list-source.ts'
import type { Scope } from '../scope.ts'
import { shown } from '../values/text.ts'
import { visible } from '../visible.ts'
import type { RecordTable } from '../vocabulary.ts'

/** A field that no two living records may share. */
interface UniqueField {
  field: string
  /** Whether the living record `o` has what the trashed record `t` had. */
  taken: RawBuilder<boolean>
  /** What it gets instead. */
  instead: (scope: Scope) => RawBuilder<unknown>
}

const nothing = () => sql`NULL`
const uniqueFields: Partial<Record<RecordTable, UniqueField>> = {
  customers: {
    field: 'email',
    taken: sql`t.email_unique AND o.id = (
      SELECT c.customer_id FROM customer_email_claims c
      WHERE c.workspace_id = t.workspace_id AND c.email_key = t.email_key)`,
    instead: nothing,
  },
  products: { field: 'sku', taken: sql`o.sku_key = t.sku_key AND t.sku_key <> ''`, instead: nothing },
  sales_representatives: { field: 'user_id', taken: sql`o.user_id = t.user_id`, instead: nothing },
  orders: {
    field: 'order_number',
    taken: sql`o.order_number_key = t.order_number_key`,
    instead: ({ workspaceId }) => sql`'R-' || new_order_id(${workspaceId})`,
  },
}

/**
 * Restores records, each without the value that a living one has by now: one after the other, since two of them may have
 * had the same. Returns how many were in the trash. They must be locked.
 */
export async function restoreWithoutDuplicates(
  tx: Tx,
  { table, object }: ListSource,
  scope: Scope,
  ids: number[],
): Promise<number> {
  const unique = uniqueFields[table]
  if (!unique) return 0
  const field = sql.id(unique.field)
  let restored = 0
  for (const id of ids) {
    if (table === 'customers') await refuseNameless(tx, scope, id)
    const further = table === 'customers' ? await dropFurtherEmails(tx, scope, id) : {}
    const { rows } = await sql<{ version: number; before: unknown; after: unknown }>`
      WITH before AS MATERIALIZED (
        SELECT t.id, t.${field} AS value, EXISTS (
          SELECT FROM ${sql.table(table)} o
          WHERE ${visible(scope, table, 'o')} AND o.deleted_at IS NULL AND ${unique.taken}) AS taken
        FROM ${sql.table(table)} t
        WHERE ${visible(scope, table, 't')} AND t.id = ${id} AND t.deleted_at IS NOT NULL
      )
      UPDATE ${sql.table(table)} r
      SET deleted_at = NULL, version = r.version + 1, updated_at = now(),
        ${field} = CASE WHEN before.taken THEN ${unique.instead(scope)} ELSE r.${field} END
      FROM before WHERE ${visible(scope, table, 'r')} AND r.id = before.id
      RETURNING r.version, before.value AS before, r.${field} AS after`.execute(tx)
    const [row] = rows
    if (!row) continue
    restored += 1
    const changes: FieldChanges =
      row.before === row.after ? further : { ...further, [unique.field]: [row.before, row.after] }
    await recordChanges(tx, scope, [
      { object, entityId: id, action: 'restored', version: row.version, changes },
    ])
  }
  return restored
}

/** Without its email nothing would be left to know a customer by, and what lies in the trash cannot be given a name. */
async function refuseNameless(tx: Tx, scope: Scope, id: number): Promise<void> {
  const { rows } = await sql<{ email: string; holder: string }>`
    SELECT t.email, coalesce(nullif(btrim(o.first_name || ' ' || o.last_name), ''), o.email) AS holder
    FROM customers t
    JOIN customer_email_claims c ON c.workspace_id = t.workspace_id AND c.email_key = t.email_key
    JOIN customers o ON o.id = c.customer_id AND ${visible(scope, 'customers', 'o')}
    WHERE ${visible(scope, 'customers', 't')} AND t.id = ${id} AND t.deleted_at IS NOT NULL AND t.email_unique
      AND t.first_name = '' AND t.last_name = ''`.execute(tx)
  const [taken] = rows
  if (!taken) return
  const message = `${shown(taken.email)} is all that this customer is known by, and ${shown(taken.holder)} has that address by now. Give that customer another one first, or none, and restore this one then.`
  throw conflict('in-use', `${message} Nothing was restored.`, { errors: [{ path: '/email', message }] })
}

/** Takes those of a trashed customer's further emails away that a living one has by now. */
async function dropFurtherEmails(tx: Tx, scope: Scope, id: number): Promise<FieldChanges> {
  const { rows } = await sql<{ before: unknown; after: unknown }>`
    WITH before AS MATERIALIZED (
      SELECT t.more_emails AS value, (
        SELECT jsonb_agg(each ORDER BY place) FROM jsonb_array_elements(t.more_emails) WITH ORDINALITY AS e (each, place)
        WHERE NOT t.email_unique OR NOT EXISTS (
          SELECT FROM customer_email_claims c
          WHERE c.workspace_id = t.workspace_id AND c.email_key = email_key(each ->> 'email'))) AS free
      FROM customers t
      WHERE ${visible(scope, 'customers', 't')} AND t.id = ${id} AND t.deleted_at IS NOT NULL AND t.more_emails IS NOT NULL
    )
    UPDATE customers r SET more_emails = before.free
    FROM before WHERE ${visible(scope, 'customers', 'r')} AND r.id = ${id} AND before.free IS DISTINCT FROM before.value
    RETURNING before.value AS before, coalesce(before.free, '[]') AS after`.execute(tx)
  const [row] = rows
  return row ? { more_emails: [row.before, row.after] } : {}
}
