import type pg from 'pg'

/** Tables that triggers of the records keep, and how to fill them at once after a load that ran without these. */
export interface DerivedStep {
  tables: readonly string[]
  /** The functions of the records' triggers whose work the statement does. */
  triggers: readonly string[]
  /** $1: ids of the loaded workspaces, which had no rows before. */
  sql: string
}

/**
 * Derived tables filled after COPY. A migration that adds a table kept by triggers adds a step here; until then its
 * trigger functions are unknown, and the load keeps all triggers and is slow, but right.
 */
export const derivedSteps: readonly DerivedStep[] = [
  {
    tables: ['summary'],
    triggers: [
      'summarize_records',
      'summarize_customers',
      'summarize_interactions',
      'summarize_orders',
      'summarize_order_items',
    ],
    sql: `INSERT INTO summary (workspace_id, kind, period, key, currency, n, amount)
      SELECT workspace_id, kind, period, key, currency, n, amount FROM summary_plain WHERE workspace_id = ANY ($1)`,
  },
  {
    // Tokens and vocabulary are the work of the documents' own triggers, which stay on.
    tables: ['search_document', 'search_token', 'search_vocabulary'],
    triggers: [
      'search_customers',
      'search_companies',
      'search_products',
      'search_orders',
      'search_sales_representatives',
    ],
    sql: 'SELECT build_search($1)',
  },
]

/** Nobody has answers of a new workspace in a cache, and its emails need not be unique. */
const needlessTriggers = ['notify_changes', 'claim_emails']

/** Names of trigger functions on these tables whose work no step does. */
export async function unknownTriggers(client: pg.ClientBase, tables: readonly string[]): Promise<string[]> {
  const known = [...needlessTriggers, ...derivedSteps.flatMap((step) => step.triggers)]
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT p.proname::text AS name FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
     WHERE t.tgrelid = ANY ($1::text[]::regclass[]) AND NOT t.tgisinternal AND p.proname <> ALL ($2::text[])`,
    [tables, known],
  )
  return rows.map(({ name }) => name)
}
