import { sql } from 'kysely'
import { recordChanges } from '../changes/changes.ts'
import type { Tx } from '../db/database.ts'
import { invalidField } from '../errors.ts'
import { listSource, rowsOf } from '../lists/list-source.ts'
import { isAbove } from '../records/pointers.ts'
import { patchRecord, readRecord } from '../records/records.ts'
import { checkReferences } from '../records/references.ts'
import type { Scope } from '../scope.ts'
import { named } from '../visible.ts'
import {
  type SalesRepresentative,
  type SalesRepresentativeCreate,
  type SalesRepresentativePatch,
  salesRepresentativeList,
} from './schema.ts'

export const salesRepresentativeSource = listSource(salesRepresentativeList, {
  ...rowsOf('sales_representative'),
  fields: {
    id: 't.id',
    first_name: 't.first_name',
    last_name: 't.last_name',
    email: 't.email',
    phone: 't.phone',
    title: 't.title',
    region: 't.region',
    manager_id: 't.manager_id',
    manager_name: `btrim(m.first_name || ' ' || m.last_name)`,
    manager_in_trash: 'm.deleted_at IS NOT NULL',
    user_id: 't.user_id',
    active: 't.active',
    version: 't.version',
    created_at: 't.created_at',
    updated_at: 't.updated_at',
  },
  detailFields: { notes: 't.notes' },
  joins: `LEFT JOIN sales_representatives m ON ${named('m', 't.manager_id')}`,
  references: { manager_id: 'sales_representatives' },
  filters: {
    first_name: { column: 'first_name_sort', type: 'text', normalize: 'text' },
    last_name: { column: 'last_name_sort', type: 'text', normalize: 'text', sortedAs: 'last_name' },
    email: { column: 'email_key', type: 'text', normalize: 'email' },
    region: { column: 'region_key', type: 'text', normalize: 'text' },
    manager_id: { column: 'manager_id', type: 'bigint' },
    active: { column: 'active', type: 'boolean' },
    created_at: { column: 'created_at', type: 'timestamptz' },
  },
  sorts: {
    created_at: { column: 'created_at', type: 'timestamptz' },
    last_name: { column: 'last_name_sort', type: 'text' },
  },
  defaultSort: '-created_at',
})

/** Inserts a sales representative and records the change. */
export async function createSalesRepresentative(
  tx: Tx,
  scope: Scope,
  input: SalesRepresentativeCreate,
): Promise<SalesRepresentative> {
  await checkReferences(tx, salesRepresentativeSource, scope, input)
  const { id, version } = await tx
    .insertInto('sales_representatives')
    .values({ ...input, workspace_id: scope.workspaceId })
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  await recordChanges(tx, scope, [
    { object: 'sales_representative', entityId: id, action: 'created', version },
  ])
  return readRecord(tx, salesRepresentativeSource, scope, id)
}

/** Changes a sales representative (see patchRecord). Nobody manages someone who manages them, by however many others. */
export async function patchSalesRepresentative(
  tx: Tx,
  scope: Scope,
  id: number,
  patch: SalesRepresentativePatch,
): Promise<SalesRepresentative> {
  const after = await patchRecord<SalesRepresentative>(tx, salesRepresentativeSource, scope, id, patch)
  const { manager_id } = after
  if (patch.manager_id === undefined || manager_id === null) return after
  // Both are locked by now, so that of two who do this at the same moment the second sees the first.
  const managers = { table: 'sales_representatives', field: 'manager_id' } as const
  const { rows } = await sql<{ circle: boolean }>`
    SELECT ${isAbove(managers, scope, sql`${id}::bigint`, sql`${manager_id}::bigint`)} AS circle`.execute(tx)
  if (!rows[0]?.circle) return after
  throw invalidField(
    '/manager_id',
    `${after.manager_name} reports to this representative, directly or through others.`,
  )
}
