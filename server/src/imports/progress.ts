import type { FileDialect } from './files/csv.ts'

/** How far a file is. `header` and `dialect` are what the error file repeats. */
export interface FileProgress {
  file: string
  object: string
  header: string[]
  /** Absent in imports of earlier versions. */
  dialect?: FileDialect
  rows_read: number
  rows_inserted: number
  rows_updated: number
  rows_unchanged: number
  rows_in_trash: number
  rows_restored: number
  rows_failed: number
}

/** Of a file that is not begun. */
export const noProgress = {
  rows_read: 0,
  rows_inserted: 0,
  rows_updated: 0,
  rows_unchanged: 0,
  rows_in_trash: 0,
  rows_restored: 0,
  rows_failed: 0,
} as const
