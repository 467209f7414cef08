import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { conflict, type RecordReferences } from '../errors.ts'
import type { ListSource } from '../lists/list-source.ts'
import type { Scope } from '../scope.ts'
import { named, visible } from '../visible.ts'
import { kindOfTable, type RecordKind, type RecordTable, recordTables } from '../vocabulary.ts'

type Table = ListSource['table']

/** A column whose records belong to the record it names, as long as that one is not in the trash. */
export interface Pointer {
  holder: Table
  object: RecordKind
  field: string
  one: string
  many: string
  /** Only orders that are not sold yet: what was sold keeps who bought and who sold it. */
  drafts?: true
}

const customer = { holder: 'customers', object: 'customer', one: 'customer', many: 'customers' } as const
const draft = {
  holder: 'orders',
  object: 'order',
  one: 'draft order',
  many: 'draft orders',
  drafts: true,
} as const

// Object.fromEntries knows texts only.
const nothing = Object.fromEntries(recordTables.map((table) => [table, []])) as unknown as Record<
  RecordTable,
  []
> // See above.

/**
 * What goes along when a record is deleted: what is still to be done. What was sold and what was said keep the names of
 * those who bought, sold and said it. Products are kept on every line, and nothing points at orders and interactions.
 */
export const pointersAt: Record<RecordTable, readonly Pointer[]> = {
  ...nothing,
  sales_representatives: [
    { ...customer, field: 'assigned_sales_rep_id' },
    {
      holder: 'sales_representatives',
      object: 'sales_representative',
      field: 'manager_id',
      one: 'representative',
      many: 'representatives',
    },
    { ...draft, field: 'sales_rep_id' },
  ],
  companies: [
    { ...customer, field: 'company_id' },
    { ...draft, field: 'company_id' },
  ],
  customers: [{ ...draft, field: 'customer_id' }],
}

/** Counting further says nothing more to whoever decides. */
const COUNTED_MAX = 1_000
/** Rows that one statement changes: well under the time that a statement may take. */
const ROWS_PER_STATEMENT = 2_000

/** Conditions on the living rows of `h` that point at one of `ids`. */
function pointing({ holder, field, drafts }: Pointer, target: Table, scope: Scope, ids: number[]) {
  const conditions = [
    sql`${visible(scope, holder, 'h')} AND h.deleted_at IS NULL AND ${sql.ref(`h.${field}`)} = ANY(${ids}::bigint[])`,
    ...(holder === target ? [sql`h.id <> ALL(${ids}::bigint[])`] : []),
    // The few drafts of someone with many orders come from the inverted index.
    ...(drafts
      ? [
          sql`h.status = 'draft' AND h.facets @> ARRAY[facet(${scope.workspaceId}, 'status', 'draft')]
            AND h.facets && ARRAY(SELECT facet(${scope.workspaceId}, ${field}::text, id::text) FROM unnest(${ids}::bigint[]) AS id)`,
        ]
      : []),
  ]
  return sql`${sql.join(conditions, sql` AND `)}`
}

/** Refuses with 409 and what there is, if anything alive points at the records. They must be locked. */
export async function refusePointedAt(
  tx: Tx,
  source: ListSource,
  scope: Scope,
  ids: number[],
): Promise<void> {
  const references: (RecordReferences & { words: string })[] = []
  for (const pointer of pointersAt[source.table]) {
    const { rows } = await sql<{ n: number }>`
      SELECT count(*) AS n FROM (
        SELECT FROM ${sql.table(pointer.holder)} h WHERE ${pointing(pointer, source.table, scope, ids)}
        LIMIT ${sql.lit(COUNTED_MAX + 1)}) counted`.execute(tx)
    const n = rows[0]?.n ?? 0
    if (n === 0) continue
    const [count, exact] = [Math.min(n, COUNTED_MAX), n <= COUNTED_MAX]
    const words = `${count.toLocaleString('en')}${exact ? '' : '+'} ${n === 1 ? pointer.one : pointer.many}`
    references.push({ object: pointer.object, field: pointer.field, count, exact, words })
  }
  if (references.length === 0) return
  const what = references.map(({ words }) => words).join(' and ')
  const one = references.length === 1 && references[0]?.count === 1
  throw conflict(
    'in-use',
    `${what} ${one ? 'belongs' : 'belong'} to what you want to delete. Say with take_over who takes over, or "nobody". Nothing was deleted.`,
    { references: references.map(({ words: _words, ...reference }) => reference) },
  )
}

/** Gives what points at the records to `to`, or to nobody, and remembers it for their return. */
export async function handOver(
  tx: Tx,
  source: ListSource,
  scope: Scope,
  ids: number[],
  to: number | null,
): Promise<void> {
  for (const pointer of pointersAt[source.table]) {
    const { rows } = await sql<{ id: number }>`
      SELECT h.id FROM ${sql.table(pointer.holder)} h WHERE ${pointing(pointer, source.table, scope, ids)}
      ORDER BY h.id`.execute(tx)
    for (const chunk of chunks(rows.map(({ id }) => id))) {
      const from = sql`
        SELECT h.id, ${sql.ref(`h.${pointer.field}`)} AS entity_id,
          ${withoutCircle(pointer, source.table, scope, sql`${to}::bigint`)} AS next_id
        FROM ${sql.table(pointer.holder)} h
        WHERE ${visible(scope, pointer.holder, 'h')} AND h.id = ANY(${chunk}::bigint[]) AND h.deleted_at IS NULL
          AND ${sql.ref(`h.${pointer.field}`)} = ANY(${ids}::bigint[])
        ORDER BY h.id FOR NO KEY UPDATE`
      await move(tx, scope, pointer, from, source.object)
    }
  }
}

/** Whom `h` is to point at; nobody, if that one is below `h`: nobody manages themselves, not by others either. */
function withoutCircle(
  { holder, field }: Pointer,
  target: Table,
  scope: Scope,
  next: RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (holder !== target) return next
  return sql`CASE WHEN NOT ${isAbove({ table: holder, field }, scope, sql`h.id`, next)} THEN ${next} END`
}

/** Whether one is met on the way up from another, or is that one. */
export function isAbove(
  { table, field }: { table: Table; field: string },
  scope: Scope,
  upper: RawBuilder<unknown>,
  lower: RawBuilder<unknown>,
): RawBuilder<boolean> {
  return sql<boolean>`EXISTS (
    WITH RECURSIVE up (id) AS (
      SELECT ${lower}
      UNION SELECT above.${sql.id(field)} FROM up
      JOIN ${sql.table(table)} above ON above.workspace_id = ${scope.workspaceId} AND above.id = up.id
    ) SELECT FROM up WHERE up.id = ${upper})`
}

/**
 * Frees restored records of what is in the trash meanwhile; it is remembered, so that it comes back with whatever comes
 * back later.
 */
export async function leaveTrash(tx: Tx, source: ListSource, scope: Scope, ids: number[]): Promise<void> {
  for (const [table, pointers] of Object.entries(pointersAt)) {
    for (const pointer of pointers.filter(({ holder }) => holder === source.table)) {
      const target = table as Table // A key of the record.
      const pointedAt = sql`
        SELECT ${sql.ref(`h.${pointer.field}`)} FROM ${sql.table(source.table)} h
        WHERE ${visible(scope, source.table, 'h')} AND h.id = ANY(${ids}::bigint[])`
      // Nobody may delete these before we have looked.
      await sql`
        SELECT t.id FROM ${sql.table(target)} t WHERE ${visible(scope, target, 't')} AND t.id IN (${pointedAt})
        ORDER BY t.id FOR SHARE`.execute(tx)
      const from = sql`
        SELECT h.id, ${sql.ref(`h.${pointer.field}`)} AS entity_id, NULL::bigint AS next_id
        FROM ${sql.table(source.table)} h
        JOIN ${sql.table(target)} t ON ${sql.raw(named('t', `h.${pointer.field}`))}
        WHERE ${visible(scope, source.table, 'h')} AND h.id = ANY(${ids}::bigint[]) AND t.deleted_at IS NOT NULL
          ${pointer.drafts ? sql`AND h.status = 'draft'` : sql``}`
      await move(tx, scope, pointer, from, kindOfTable[target])
    }
  }
}

/** Gives restored records back what pointed at them, as far as it is still where the deletion left it. */
export async function giveBack(tx: Tx, source: ListSource, scope: Scope, ids: number[]): Promise<void> {
  const kept = sql`k.workspace_id = ${scope.workspaceId} AND k.object = ${source.object} AND k.entity_id = ANY(${ids}::bigint[])`
  for (const pointer of pointersAt[source.table]) {
    const left = sql`${kept} AND k.holder = ${pointer.holder} AND k.field = ${pointer.field}`
    const { rows } = await sql<{ id: number }>`
      SELECT k.holder_id AS id FROM trash_handovers k WHERE ${left} ORDER BY k.holder_id`.execute(tx)
    for (const chunk of chunks(rows.map(({ id }) => id))) {
      const from = sql`
        SELECT h.id, k.taken_over_by AS entity_id, ${withoutCircle(pointer, source.table, scope, sql`k.entity_id`)} AS next_id
        FROM trash_handovers k
        JOIN ${sql.table(pointer.holder)} h ON ${visible(scope, pointer.holder, 'h')} AND h.id = k.holder_id
        WHERE ${left} AND k.holder_id = ANY(${chunk}::bigint[])
          AND ${sql.ref(`h.${pointer.field}`)} IS NOT DISTINCT FROM k.taken_over_by
        ORDER BY h.id FOR NO KEY UPDATE OF h`
      await move(tx, scope, pointer, from, undefined)
    }
  }
  await sql`DELETE FROM trash_handovers k WHERE ${kept}`.execute(tx)
}

/** Nothing anywhere names the records any more, as they are about to be gone. Figures stay what they are. */
export async function forgetPointers(
  tx: Tx,
  scope: Scope,
  pointer: Pick<Pointer, 'holder' | 'object' | 'field'>,
  ids: number[],
): Promise<void> {
  const { rows } = await sql<{ id: number }>`
    SELECT h.id FROM ${sql.table(pointer.holder)} h
    WHERE ${visible(scope, pointer.holder, 'h')} AND ${sql.ref(`h.${pointer.field}`)} = ANY(${ids}::bigint[])
    ORDER BY h.id`.execute(tx)
  for (const chunk of chunks(rows.map(({ id }) => id))) {
    const from = sql`
      SELECT h.id, ${sql.ref(`h.${pointer.field}`)} AS entity_id, NULL::bigint AS next_id
      FROM ${sql.table(pointer.holder)} h
      WHERE ${visible(scope, pointer.holder, 'h')} AND h.id = ANY(${chunk}::bigint[]) ORDER BY h.id FOR NO KEY UPDATE`
    await move(tx, scope, pointer, from, undefined)
  }
}

/**
 * Points the rows of `from` (id, entity_id: whom they point at, next_id: whom they shall) elsewhere, with their history;
 * for a record that goes to the trash (`trashed`) it is remembered.
 */
async function move(
  tx: Tx,
  scope: Scope,
  { holder, object, field }: Pick<Pointer, 'holder' | 'object' | 'field'>,
  from: RawBuilder<unknown>,
  trashed: RecordKind | undefined,
): Promise<void> {
  const remembered = sql`, remembered AS (
    INSERT INTO trash_handovers (workspace_id, object, entity_id, holder, field, holder_id, taken_over_by)
    SELECT ${scope.workspaceId}::int, ${trashed ?? ''}, entity_id, ${holder}, ${field}, id, next_id FROM moved
    ON CONFLICT (workspace_id, object, entity_id, holder, field, holder_id)
      DO UPDATE SET taken_over_by = excluded.taken_over_by)`
  await sql`
    WITH moving AS MATERIALIZED (${from}), moved AS (
      UPDATE ${sql.table(holder)} h SET ${sql.id(field)} = m.next_id, version = h.version + 1, updated_at = now()
      FROM moving m WHERE ${visible(scope, holder, 'h')} AND h.id = m.id
      RETURNING h.id, h.version, m.entity_id, m.next_id
    ), history AS (
      INSERT INTO change_events (workspace_id, object, entity_id, action, changes, version, user_id)
      SELECT ${scope.workspaceId}::int, ${object}, id, 'updated',
        jsonb_build_object(${field}::text, jsonb_build_array(entity_id, next_id)), version, ${scope.userId}
      FROM moved)
    ${trashed ? remembered : sql``}
    SELECT count(*) FROM moved`.execute(tx)
}

function chunks(ids: number[]): number[][] {
  const count = Math.ceil(ids.length / ROWS_PER_STATEMENT)
  return Array.from({ length: count }, (_, n) =>
    ids.slice(n * ROWS_PER_STATEMENT, (n + 1) * ROWS_PER_STATEMENT),
  )
}
