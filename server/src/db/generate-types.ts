import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'

const FILE = join(import.meta.dirname, 'types.generated.ts')

const typescriptTypes: Record<string, string> = {
  int2: 'number',
  int4: 'number',
  int8: 'number',
  bool: 'boolean',
  text: 'string',
  bpchar: 'string',
  date: 'string',
  timestamptz: 'string',
  numeric: 'Decimal',
  jsonb: 'Json',
  _int4: 'number[]',
  _text: 'string[]',
  tsvector: 'string',
  uuid: 'string',
  bytea: 'Uint8Array',
}

const HEADER = `// Generated from the migrated database by \`npm run generate\`. Do not edit.
import type { ColumnType } from 'kysely'

/** Exact decimal: text when read, text or number when written. */
export type Decimal = ColumnType<string, string | number, string | number>
/** JSON: the value when read, its text when written. */
export type Json = ColumnType<unknown, string, string>
/** May be left out: the database has a default. */
export type Filled<T> = T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>
/** The database computes it. */
export type Computed<T> = T extends ColumnType<infer S, unknown, unknown> ? ColumnType<S, never, never> : ColumnType<T, never, never>
`

interface Column {
  table_name: string
  column_name: string
  udt_name: string
  nullable: boolean
  filled: boolean
  computed: boolean
}

/** The Kysely table types of the migrated database, as TypeScript source. */
export async function tableTypes(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<Column>(`
    SELECT table_name, column_name, udt_name, is_nullable = 'YES' AS nullable,
      is_identity = 'YES' OR column_default IS NOT NULL AS filled, is_generated = 'ALWAYS' AS computed
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT LIKE 'pg_stat_statements%'
    ORDER BY table_name, ordinal_position`)
  const tables = Map.groupBy(rows, (row) => row.table_name)
  const interfaces = [...tables].map(
    ([name, columns]) =>
      `export interface ${pascalCase(name)} {\n${columns.map((column) => `  ${column.column_name}: ${columnType(column)}\n`).join('')}}\n`,
  )
  const database = `export interface DB {\n${[...tables.keys()].map((name) => `  ${name}: ${pascalCase(name)}\n`).join('')}}\n`
  return [HEADER, ...interfaces, database].join('\n')
}

function columnType(column: Column): string {
  const known = typescriptTypes[column.udt_name]
  if (!known)
    throw new Error(
      `Say in generate-types.ts what ${column.table_name}.${column.column_name} (${column.udt_name}) is.`,
    )
  const type = column.nullable ? `${known} | null` : known
  if (column.computed) return `Computed<${type}>`
  return column.filled ? `Filled<${type}>` : type
}

function pascalCase(name: string): string {
  return name.replace(/(^|_)([a-z])/g, (_match, _gap, letter: string) => letter.toUpperCase())
}

/** Writes the file, or with `check` only says whether it is up to date. */
export async function generateTypes(pool: pg.Pool, check: boolean): Promise<boolean> {
  const source = await tableTypes(pool)
  const current = readFileSync(FILE, 'utf8')
  if (!check && current !== source) writeFileSync(FILE, source)
  return current === source
}
