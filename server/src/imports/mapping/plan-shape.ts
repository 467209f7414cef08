import type { Refusal } from '../failure.ts'
import type { FileDialect } from '../files/csv.ts'
import type { Evaluate } from './expressions.ts'
import type { ImportableName, ImportableObject } from './objects.ts'

/** A field that a file fills, and its column in the staging table. */
export interface FieldPlan {
  name: string
  /** For a reference, what it points to; its staged value is an external id. */
  refersTo: ImportableName | undefined
  /** Name in the staging table, unique among all records of the file. */
  staged: string
  type: string
  /** Columns of the file it comes from, for messages. */
  columns: string | null
  /** Null for an empty value. */
  evaluate: Evaluate
  /** What an empty value becomes in a new record, in the form of `type`; null stays empty. */
  fallback: string | null
  /** Whether a new record needs a value. */
  required: boolean
  /** Whether it is the file that says it: only that changes a record that is there. */
  fromFile: boolean
}

/** A field whose values are ids of another record in the system that the file comes from. */
export type ReferencePlan = FieldPlan & { refersTo: ImportableName }

/** One record that every row of a file makes. */
export interface RecordPlan {
  object: ImportableObject
  /** Prefix of its columns in the staging table. */
  prefix: string
  /** Several rows may name the same record; the first that has all it needs makes it. */
  shared: boolean
  /** Whether a record that came in before takes on what the file says now, and even over what a person has changed. */
  update: boolean
  overwrite: boolean
  /** Whether a record that lies in the trash comes back. */
  restore: boolean
  externalId: FieldPlan
  fields: FieldPlan[]
}

/** What people should know of a row that goes in all the same. */
export interface Remark {
  column: string | null
  note: string
}

export interface FilePlan {
  file: string
  header: string[]
  dialect: FileDialect
  /** What a row becomes, e.g. "companies, customers". */
  objects: string
  records: RecordPlan[]
  /** Whether the import brings lines: its orders count only when they have them all. */
  linesFollow: boolean
  /** How many columns at the beginning of a row hold ids. */
  leadingIds: number
  /** What is to be said of the row that was staged last. */
  remarks: Remark[]
  /** Puts back together what an unquoted delimiter has cut, and refuses rows with surplus cells. */
  arrange: (cells: string[]) => string[] | Refusal
}
