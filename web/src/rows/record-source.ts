import { type Permission, type RecordPath, recordKinds } from '../../../server/src/vocabulary.ts'
import type { AnyRecord } from '../fields/field.ts'
import { type KindWithPage, pageOf } from '../kinds.ts'
import { recordPath } from '../paths.ts'

/** How records of one object are named, read and written; the object's list and page are made with it. */
export interface RecordSource<Row extends AnyRecord> {
  /** Key of its caches, and the name of its preferences: "customers". */
  object: string
  one: string
  many: string
  nameOf: (row: Row) => string
  /** Known by a name, whose initials stand beside it; a number has none. */
  isNamed: boolean
  path: (id: number) => string
  /** The right to change them. */
  writtenWith: Permission
  read: (id: number, signal?: AbortSignal) => Promise<Row>
  patch: (id: number, change: { version: number } & Record<string, unknown>) => Promise<Row>
  /** Their name in the trash. */
  trash: RecordPath
}

/** The part of a RecordSource that follows from its kind. */
export function sourceOf(kind: KindWithPage) {
  const { one, many, writtenWith, path: trash } = recordKinds[kind]
  return {
    object: pageOf(kind).name,
    one,
    many,
    path: (id: number) => recordPath(kind, id),
    writtenWith,
    trash,
  } satisfies Partial<RecordSource<AnyRecord>>
}

export function recordKey(object: string, id: number): [string, string, number] {
  return ['record', object, id]
}
