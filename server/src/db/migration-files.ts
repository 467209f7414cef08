import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { statementsOf } from './statements.ts'

const MIGRATIONS_DIR = join(import.meta.dirname, '..', '..', 'migrations')

/** A migration as its file and header lines have it; server/migrations/README.md says what they mean. */
export interface Migration {
  name: string
  /** The number that its name begins with. Levels are compared as text. */
  level: string
  /** Programs that know migrations up to here, or more, can use a database that has this one. */
  compatibleFrom: string
  /** Each statement by itself, as CREATE INDEX CONCURRENTLY needs it. */
  noTransaction: boolean
  sql: string
  statements: string[]
}

/** The migrations of a folder, in their order; files of other names are none. */
export function readMigrations(directory = MIGRATIONS_DIR): Migration[] {
  return readdirSync(directory)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .sort()
    .map((name) => migrationOf(name, readFileSync(join(directory, name), 'utf8')))
}

export function migrationOf(name: string, sql: string): Migration {
  const level = name.slice(0, 4)
  return {
    name,
    level,
    // Who says nothing is safe: only programs that know the migration.
    compatibleFrom: headerOf(sql, 'compatible-from') ?? level,
    noTransaction: headerOf(sql, 'no-transaction') !== undefined,
    sql,
    statements: statementsOf(sql),
  }
}

/** What follows `-- name:` in the comment that a migration begins with, '' for a line without more. */
export function headerOf(sql: string, name: string): string | undefined {
  const [comment = ''] = /^(?:--.*\n|\s*\n)*/.exec(sql) ?? []
  return new RegExp(`^-- ${name}(?:: *(.*))?$`, 'm')
    .exec(comment)
    ?.slice(1)
    .map((value) => value ?? '')
    .at(0)
}
