import { sql } from 'kysely'
import { recordChanges } from '../changes/changes.ts'
import { customerName } from '../customers/name.ts'
import type { Tx } from '../db/database.ts'
import { listSource, rowsOf } from '../lists/list-source.ts'
import { readRecord } from '../records/records.ts'
import { checkReferences, signedInRepresentative } from '../records/references.ts'
import type { Scope } from '../scope.ts'
import { named, visible } from '../visible.ts'
import { type Interaction, type InteractionCreate, interactionList } from './schema.ts'

export const interactionSource = listSource(interactionList, {
  ...rowsOf('interaction'),
  fields: {
    id: 't.id',
    kind: 't.kind',
    customer_id: 't.customer_id',
    customer_name: customerName('cu'),
    company_id: 't.company_id',
    company_name: 'co.name',
    sales_rep_id: 't.sales_rep_id',
    sales_rep_name: `btrim(r.first_name || ' ' || r.last_name)`,
    occurred_at: 't.occurred_at',
    duration_minutes: 't.duration_minutes',
    subject: 't.subject',
    version: 't.version',
    created_at: 't.created_at',
    updated_at: 't.updated_at',
  },
  detailFields: { body: 't.body' },
  joins: `LEFT JOIN customers cu ON ${named('cu', 't.customer_id')}
    LEFT JOIN companies co ON ${named('co', 't.company_id')}
    LEFT JOIN sales_representatives r ON ${named('r', 't.sales_rep_id')}`,
  references: { customer_id: 'customers', company_id: 'companies', sales_rep_id: 'sales_representatives' },
  filters: {
    kind: { column: 'kind', type: 'text', orderedBy: 'occurred_at' },
    customer_id: { column: 'customer_id', type: 'bigint', orderedBy: 'occurred_at' },
    company_id: { column: 'company_id', type: 'bigint', orderedBy: 'occurred_at' },
    sales_rep_id: { column: 'sales_rep_id', type: 'bigint', orderedBy: 'occurred_at' },
    occurred_at: { column: 'occurred_at', type: 'timestamptz' },
  },
  sorts: { occurred_at: { column: 'occurred_at', type: 'timestamptz' } },
  defaultSort: '-occurred_at',
})

/**
 * Inserts an interaction and records the change. What the request leaves out: the company is the customer's, the
 * representative the one that the signed-in user is, the time now.
 */
export async function createInteraction(
  tx: Tx,
  scope: Scope,
  input: InteractionCreate,
): Promise<Interaction> {
  // null says "none"; only what was left out is filled in.
  const sales_rep_id =
    input.sales_rep_id === undefined ? await signedInRepresentative(tx, scope) : input.sales_rep_id
  await checkReferences(tx, interactionSource, scope, input)
  const customersCompany = sql<number | null>`(
    SELECT company_id FROM customers
    WHERE ${visible(scope, 'customers')} AND id = ${input.customer_id ?? null}::bigint)`
  const { id, version } = await tx
    .insertInto('interactions')
    .values({
      ...input,
      workspace_id: scope.workspaceId,
      company_id: input.company_id === undefined ? customersCompany : input.company_id,
      sales_rep_id,
    })
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  await recordChanges(tx, scope, [{ object: 'interaction', entityId: id, action: 'created', version }])
  return readRecord(tx, interactionSource, scope, id)
}
