import { sql } from 'kysely'
import { amountFields } from '../../orders/terms.ts'
import type { CsvFile } from '../files/csv.ts'
import { stagedColumns, stageRow } from '../mapping/plan.ts'
import type { FieldPlan, FilePlan, RecordPlan } from '../mapping/plan-shape.ts'
import { lineRecord } from '../mapping/refused-lines.ts'
import type { BatchOwner, NewCurrencies } from './staged-rows.ts'
import { changedLastBy } from './update-rows.ts'
import type { ImportDatabase } from './write-batch.ts'

/*
 * Figures of one currency are not taken for figures of another: an order that is there changes its currency only if the
 * import brings all the lines that it has, with their prices, and all its amounts. Lines may stand in files that are
 * read later, so this is found out by a look through the files before they are imported.
 */

const ROWS_PER_LOOK = 5_000
const ORDERS_PER_CHECK = 1_000
/** Of which is remembered what the files bring; any more keep their currency. */
const ORDERS_MAX = 100_000

interface Brought {
  id: number
  /** Amounts that are not zero and that no row has brought so far. */
  lacks: Set<string>
  lines: Set<string>
}

type Owner = Pick<BatchOwner, 'workspaceId' | 'source'>

type Plans<F> = { plan: FilePlan; fileMapping: F }[]

interface Files<F> {
  plans: Plans<F>
  /** Plans that nobody has read rows by: of rows without an id they count those that are the same. */
  planAgain: () => Promise<Plans<F>>
  open: (fileMapping: F) => Promise<CsvFile>
}

/** Costs nothing where no mapping changes the currency of an order. */
export async function findNewCurrencies<F>(
  { db }: Pick<ImportDatabase, 'db'>,
  { plans, planAgain, open }: Files<F>,
  owner: Owner,
): Promise<NewCurrencies> {
  const files = plans.some(({ plan }) => plan.records.some(changesCurrency)) ? await planAgain() : []
  const found = new Map<string, Brought>()
  const surplus = new Set<string>()
  for (const { plan, fileMapping } of files) {
    const record = plan.records.find(changesCurrency)
    if (!record) continue
    for await (const rows of inParts(valuesOf(plan, await open(fileMapping)))) {
      await noteOrders(db, record, rows.map(readerOf(plan, record)), owner, { found, surplus })
    }
  }
  for (const { plan, fileMapping } of found.size > 0 ? files : []) {
    if (changesPrices(lineRecord(plan))) await noteLines(plan, await open(fileMapping), found)
  }
  const whole = await haveAllLines(db, found, owner)
  const others = [...found.keys()].filter((order) => !whole.has(order))
  return { whole, partial: new Set([...surplus, ...others]) }
}

async function noteOrders(
  db: ImportDatabase['db'],
  record: RecordPlan,
  said: Said[],
  owner: Owner,
  { found, surplus }: { found: Map<string, Brought>; surplus: Set<string> },
): Promise<void> {
  for (const { order, id, lacks } of await otherCurrency(db, record, said, owner)) {
    if (found.size >= ORDERS_MAX) surplus.add(order)
    else if (!found.has(order)) found.set(order, { id, lacks: new Set(lacks), lines: new Set() })
  }
  for (const { order, amounts } of said) for (const name of amounts) found.get(order)?.lacks.delete(name)
}

function changesCurrency({ object, update, fields }: RecordPlan): boolean {
  return object.name === 'orders' && update && fields.some(isFromFile('currency'))
}

function changesPrices(record: RecordPlan | undefined): boolean {
  return record?.update === true && record.fields.some(isFromFile('unit_price'))
}

function isFromFile(wanted: string): (field: FieldPlan) => boolean {
  return ({ name, fromFile }) => name === wanted && fromFile
}

type Values = (string | null)[]

/** Of the rows that can be read. */
async function* valuesOf(plan: FilePlan, csv: CsvFile): AsyncGenerator<Values> {
  try {
    for await (const row of csv.rows) {
      const staged = stageRow(plan, row)
      if ('values' in staged) yield staged.values
    }
  } finally {
    csv.close()
  }
}

async function* inParts(rows: AsyncGenerator<Values>): AsyncGenerator<Values[]> {
  let part: Values[] = []
  for await (const row of rows) {
    part.push(row)
    if (part.length < ROWS_PER_LOOK) continue
    yield part
    part = []
  }
  if (part.length > 0) yield part
}

interface Said {
  order: string
  currency: string | null
  amounts: string[]
}

/** What a row says of its order. */
function readerOf(plan: FilePlan, { externalId, fields }: RecordPlan): (values: Values) => Said {
  const columns = stagedColumns(plan).map(({ staged }) => staged)
  const place = (field: FieldPlan | undefined) => columns.indexOf(field?.staged ?? '')
  const order = place(externalId)
  const currency = place(fields.find(isFromFile('currency')))
  const amounts = amountFields.map((name) => [name, place(fields.find(isFromFile(name)))] as const)
  return (values) => ({
    order: values[order] ?? '',
    currency: values[currency] ?? null,
    amounts: amounts.flatMap(([name, at]) => ((values[at] ?? null) === null ? [] : [name])),
  })
}

/** Those that would take on another currency, and what they have in their own. */
async function otherCurrency(
  db: ImportDatabase['db'],
  record: RecordPlan,
  said: Said[],
  owner: Owner,
): Promise<{ order: string; id: number; lacks: string[] }[]> {
  const { workspaceId, source } = owner
  const amounts = amountFields.map(
    (name) => sql`CASE WHEN ${sql.ref(`t.${name}`)} <> 0 THEN ${name}::text END`,
  )
  const byPerson = record.overwrite
    ? sql`false`
    : sql`${changedLastBy(record, owner, sql`t.id`, sql`'currency'`)} IS NOT DISTINCT FROM 0`
  const { rows } = await sql<{ order: string; id: number; lacks: string[] }>`
    SELECT given."order", t.id, array_remove(ARRAY[${sql.join(amounts)}], NULL) AS lacks
    FROM jsonb_to_recordset(${JSON.stringify(said)}::jsonb) AS given ("order" text, currency text)
    CROSS JOIN LATERAL (
      SELECT e.entity_id FROM external_ids e
      WHERE e.workspace_id = ${workspaceId} AND e.source = ${source} AND e.object = 'orders' AND e.external_id = given."order"
      LIMIT 1
    ) e
    CROSS JOIN LATERAL (
      SELECT o.id, o.currency, o.discount_amount, o.shipping_amount, o.charges_amount FROM orders o
      WHERE o.workspace_id = ${workspaceId} AND o.id = e.entity_id LIMIT 1
    ) t
    WHERE t.currency <> given.currency AND NOT ${byPerson}`.execute(db)
  return rows
}

/** Which lines of these orders the file brings, with their prices. */
async function noteLines(plan: FilePlan, csv: CsvFile, found: Map<string, Brought>): Promise<void> {
  const record = lineRecord(plan)
  const columns = stagedColumns(plan).map(({ staged }) => staged)
  const [order, price] = ['order_id', 'unit_price'].map((name) =>
    columns.indexOf(record?.fields.find((field) => field.name === name)?.staged ?? ''),
  )
  const line = columns.indexOf(record?.externalId.staged ?? '')
  for await (const values of valuesOf(plan, csv)) {
    if ((values[price ?? -1] ?? null) !== null)
      found.get(values[order ?? -1] ?? '')?.lines.add(values[line] ?? '')
  }
}

/** Those of which nothing stays behind. */
async function haveAllLines(
  db: ImportDatabase['db'],
  found: Map<string, Brought>,
  { workspaceId, source }: Owner,
): Promise<Set<string>> {
  const whole = new Set<string>()
  const candidates = [...found].flatMap(([order, { id, lacks, lines }]) =>
    lacks.size > 0 ? [] : [{ order, id, lines: [...lines] }],
  )
  for (let start = 0; start < candidates.length; start += ORDERS_PER_CHECK) {
    const part = candidates.slice(start, start + ORDERS_PER_CHECK)
    const { rows } = await sql<{ order: string }>`
      SELECT given."order"
      FROM jsonb_to_recordset(${JSON.stringify(part)}::jsonb) AS given ("order" text, id bigint, lines text[])
      WHERE (SELECT count(*) FROM order_items i WHERE i.workspace_id = ${workspaceId} AND i.order_id = given.id) = (
        SELECT count(*) FROM external_ids e
        JOIN order_items i ON i.workspace_id = e.workspace_id AND i.id = e.entity_id AND i.order_id = given.id
        WHERE e.workspace_id = ${workspaceId} AND e.source = ${source} AND e.object = 'order_items'
          AND e.external_id = ANY(given.lines))`.execute(db)
    for (const { order } of rows) whole.add(order)
  }
  return whole
}
