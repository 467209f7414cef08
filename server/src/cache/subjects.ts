import { type RecordTable, recordTables } from '../vocabulary.ts'

/** What answers are made of, in the grain in which they go out of date: the records of a kind, and the workspace's own. */
export type Subject = RecordTable | 'workspace'
export const subjects: readonly Subject[] = [...recordTables, 'workspace']
