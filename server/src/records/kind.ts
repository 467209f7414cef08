import type { TSchema } from 'typebox'
import type { ListSource } from '../lists/list-source.ts'

/** As a fallback of an import: whatever currency the workspace has. */
export const WORKSPACE_CURRENCY = '(currency of the workspace)'

/** What a kind gives to all that works alike for every kind. SQL is over the record `t`; constants, never input. */
export interface KindParts {
  source: ListSource
  /** What one is called in the search and in the trash. */
  title: string
  /** A second line beside it. */
  detail: string
  /** What it is found by in the trash, as the index that keep_record_kind() makes has it. */
  words: string
  imported: Imported
}

/** What rows of a file can say of one. Fields and limits are those of the API. */
export interface Imported {
  fields: Record<string, TSchema>
  /** For fields that cannot be empty in the database but may be in a file. */
  fallbacks?: Record<string, string>
  /** Fields of which at least one must have a value in every row. */
  needsOneOf?: readonly string[]
}
