import { type RawBuilder, sql } from 'kysely'
import type { FieldChanges } from '../changes/changes.ts'
import { customerName } from '../customers/name.ts'
import { dayOf, startOfDay } from '../days.ts'
import type { Db } from '../db/database.ts'
import { notFound } from '../errors.ts'
import { kindParts } from '../kinds.ts'
import type { Scope } from '../scope.ts'
import { named, visible } from '../visible.ts'
import { recordKinds, type TimelineKind } from '../vocabulary.ts'
import { readTimeZone } from '../workspaces/time-zones.ts'
import { decodeTimelineCursor, encodeTimelineCursor, type TimelineCursor } from './cursor.ts'
import {
  type EntryKind,
  entryKinds,
  TIMELINE_LIMIT_DEFAULT,
  type TimelineEntry,
  type TimelinePage,
  type TimelineQuery,
} from './schema.ts'

/** Whose timeline it is. */
export interface TimelineSubject {
  kind: TimelineKind
  id: number
}

interface Change {
  action: 'created' | 'updated' | 'deleted' | 'restored'
  changes: FieldChanges
}

type TimelineRow = Pick<TimelineEntry, 'kind' | 'id' | 'by' | 'interaction' | 'order'> & {
  /** Null of an order, which has a day only. */
  at: string | null
  change: Change | null
}
type PlacedRow = TimelineRow & { at: string }

/** One page of a record's interactions, orders and changes, newest first; 404 if the workspace has no such record. */
export async function readTimeline(
  db: Db,
  scope: Scope,
  subject: TimelineSubject,
  query: TimelineQuery,
): Promise<TimelinePage> {
  const limit = query.limit ?? TIMELINE_LIMIT_DEFAULT
  const cursor = query.after === undefined ? undefined : decodeTimelineCursor(query.after)
  const kinds = entryKinds.filter(
    (kind) => query.kinds === undefined || query.kinds.split(',').includes(kind),
  )
  const zone = await readTimeZone(db, scope)
  const rows = inOrder(await readRows(db, { scope, subject, cursor, zone, limit: limit + 1 }, kinds), zone)
  if (rows.length === 0) await checkExists(db, scope, subject)
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  return {
    items: kept.map(toEntry),
    next_cursor: rows.length > limit && last ? encodeTimelineCursor(last) : null,
  }
}

async function checkExists(db: Db, scope: Scope, { kind, id }: TimelineSubject): Promise<void> {
  const { table, noun } = recordKinds[kind]
  const { rows } = await sql`
    SELECT id FROM ${sql.table(table)} WHERE ${visible(scope, table)} AND id = ${id}`.execute(db)
  if (rows.length === 0) throw notFound(noun)
}

/** Newest first. An order stands at the start of its day. */
function inOrder(rows: TimelineRow[], zone: string): PlacedRow[] {
  const placed = rows.map((row) => ({ ...row, at: row.at ?? startOf(row.order?.order_date ?? '', zone) }))
  const place = ({ at, kind, order, id }: PlacedRow) =>
    [at.slice(0, -1), -entryKinds.indexOf(kind), order?.order_date ?? '', id] as const
  return placed.toSorted((one, other) => {
    const [mine, theirs] = [place(one), place(other)]
    const differs = mine.findIndex((part, index) => part !== theirs[index])
    return differs < 0 ? 0 : (mine[differs] ?? 0) > (theirs[differs] ?? 0) ? -1 : 1
  })
}

/** As the database writes moments, so that they compare as text. */
function startOf(day: string, zone: string): string {
  return startOfDay(day, zone).replace('.000Z', 'Z')
}

function toEntry({ change, ...entry }: PlacedRow): TimelineEntry {
  return { ...entry, change: change && { action: change.action, fields: fieldsOf(change.changes) } }
}

function fieldsOf(changes: FieldChanges) {
  return Object.entries(changes).map(([field, [from, to]]) => ({ field, from: asText(from), to: asText(to) }))
}

function asText(value: unknown): string | null {
  if (Array.isArray(value)) return value.map((each) => Object.values(each).join(' ')).join(', ') || null
  return value === null || value === undefined ? null : String(value)
}

/** Each kind's newest rows come from its own index, `limit` at most; merging them costs the same for any history. */
async function readRows(db: Db, part: Part, kinds: EntryKind[]): Promise<TimelineRow[]> {
  const newest = kinds.flatMap((kind) => entriesOf(kind, part)).map((entries) => sql`(${entries})`)
  if (newest.length === 0) return []
  const { rows } = await sql<TimelineRow>`
    SELECT kind, id, at, by, interaction, "order", change
    FROM (${sql.join(newest, sql` UNION ALL `)}) entries (kind, id, at, by, interaction, "order", change)`.execute(
    db,
  )
  return rows
}

interface Part {
  scope: Scope
  subject: TimelineSubject
  cursor: TimelineCursor | undefined
  /** Of the workspace, whose days orders have. */
  zone: string
  limit: number
}

/** Changes, and whatever names the subject in a field of its own. */
function entriesOf(kind: EntryKind, part: Part): RawBuilder<unknown>[] {
  if (kind === 'change') return [changes(part)]
  const { table } = recordKinds[part.subject.kind]
  const naming = Object.entries(kindParts[kind].source.references).filter(([, named]) => named === table)
  const entries = { interaction: interactions, order: orders }[kind]
  return naming.map(([field]) => entries(part, field))
}

function interactions({ scope, subject, cursor, limit }: Part, field: string): RawBuilder<unknown> {
  return sql`
    SELECT 'interaction', t.id, t.occurred_at, btrim(r.first_name || ' ' || r.last_name),
      jsonb_build_object('kind', t.kind, 'subject', t.subject, 'body', t.body, 'duration_minutes', t.duration_minutes,
        'customer_id', t.customer_id, 'customer_name', ${sql.raw(customerName('c'))},
        'version', t.version),
      NULL::jsonb, NULL::jsonb
    FROM (
      SELECT workspace_id, id, occurred_at, kind, subject, body, duration_minutes, customer_id, sales_rep_id, version
      FROM interactions
      WHERE ${visible(scope, 'interactions')} AND ${sql.ref(field)} = ${subject.id} AND deleted_at IS NULL
        AND ${olderThan(cursor, 'interaction')}
      ORDER BY occurred_at DESC, id DESC LIMIT ${limit}) t
    LEFT JOIN customers c ON ${sql.raw(named('c', 't.customer_id'))}
    LEFT JOIN sales_representatives r ON ${sql.raw(named('r', 't.sales_rep_id'))}`
}

function orders({ scope, subject, cursor, zone, limit }: Part, field: string): RawBuilder<unknown> {
  return sql`
    SELECT 'order', t.id, NULL::timestamptz,
      btrim(r.first_name || ' ' || r.last_name), NULL::jsonb,
      jsonb_build_object('order_number', t.order_number, 'order_date', t.order_date, 'status', t.status, 'total_amount', t.total_amount::text,
        'currency', t.currency),
      NULL::jsonb
    FROM (
      SELECT workspace_id, id, order_date, order_number, status, total_amount, currency, sales_rep_id
      FROM orders
      WHERE ${visible(scope, 'orders')} AND ${sql.ref(field)} = ${subject.id} AND deleted_at IS NULL
        AND ${ordersOlderThan(cursor, zone)}
      ORDER BY order_date DESC, id DESC LIMIT ${limit}) t
    LEFT JOIN sales_representatives r ON ${sql.raw(named('r', 't.sales_rep_id'))}`
}

/** That a record was deleted for good is all that is left of it, and no entry: it has no timeline. */
function changes({ scope, subject, cursor, limit }: Part): RawBuilder<unknown> {
  return sql`
    SELECT 'change', t.id, t.occurred_at, u.name, NULL::jsonb, NULL::jsonb,
      jsonb_build_object('action', t.action, 'changes', t.changes)
    FROM (
      SELECT id, occurred_at, action, changes, user_id
      FROM change_events
      WHERE workspace_id = ${scope.workspaceId} AND object = ${subject.kind} AND entity_id = ${subject.id}
        AND action <> 'purged' AND ${olderThan(cursor, 'change')}
      ORDER BY occurred_at DESC, id DESC LIMIT ${limit}) t
    LEFT JOIN users u ON u.id = t.user_id`
}

/**
 * What follows the cursor in a timeline ordered by (at, kind, id), as a row comparison on the index of one kind: at the
 * cursor's own moment the kinds that come later are still whole and the earlier ones are through.
 */
function olderThan(cursor: TimelineCursor | undefined, kind: 'interaction' | 'change'): RawBuilder<boolean> {
  if (!cursor) return sql`true`
  if (isAhead(kind, cursor)) return sql`occurred_at <= ${cursor.at}::timestamptz`
  if (kind !== cursor.kind) return sql`occurred_at < ${cursor.at}::timestamptz`
  return sql`(occurred_at, id) < (${cursor.at}::timestamptz, ${cursor.id}::bigint)`
}

/** The same of orders: later in a day all orders of the day are older, as they stand at its start. */
function ordersOlderThan(cursor: TimelineCursor | undefined, zone: string): RawBuilder<boolean> {
  if (!cursor) return sql`true`
  const day = dayOf(cursor.at, zone)
  const isWholeDay = cursor.at !== startOf(day, zone)
  if (isWholeDay || isAhead('order', cursor)) return sql`order_date <= ${day}::date`
  if (cursor.kind !== 'order') return sql`order_date < ${day}::date`
  return sql`(order_date, id) < (${day}::date, ${cursor.id}::bigint)`
}

function isAhead(kind: EntryKind, cursor: TimelineCursor): boolean {
  return entryKinds.indexOf(kind) > entryKinds.indexOf(cursor.kind)
}
