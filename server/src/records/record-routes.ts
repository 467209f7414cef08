import { type Static, type TSchema, Type } from 'typebox'
import type { Subject } from '../cache/subjects.ts'
import { Id } from '../http/fields.ts'
import { IdParams } from '../http/route.ts'
import { listPage } from '../lists/schema.ts'
import type { Permission } from '../vocabulary.ts'
import { Duplicates, RestoreQuery, TakeOver, TrashQuery } from './trash-fields.ts'

export const BULK_IDS_MAX = 1_000

const closed = { additionalProperties: false }
const ids = Type.Array(Id, { minItems: 1, maxItems: BULK_IDS_MAX, uniqueItems: true })
const BulkDelete = Type.Object({ ids, take_over: Type.Optional(TakeOver) }, closed)
const BulkRestore = Type.Object({ ids, duplicates: Type.Optional(Duplicates) }, closed)
const BulkResult = Type.Object({
  changed: Type.Integer({ description: 'Rows changed; those already so are not counted.' }),
})

/** A kind of record as its routes speak of it. */
export interface RecordDeclaration {
  /** "customers" of /api/customers. */
  path: string
  tag: string
  /** "a customer" */
  one: string
  /** "customers" */
  many: string
  reads: readonly Subject[]
  writes: readonly Subject[]
  /** What moves along when one is deleted or restored, besides. */
  movesAlong?: readonly Subject[]
  /** The right to write them. */
  writtenWith: Permission
  query: TSchema
  row: TSchema
  record: TSchema
  create: TSchema
  patch: TSchema
  /** What has to be said of this kind. */
  summaries?: { read?: string; create?: string }
  descriptions?: { list?: string; create?: string; patch?: string; trash?: string }
}

/** The routes of a kind by what they do; `recordRoutes` says where they are. */
function declare<const D extends RecordDeclaration>(kind: D) {
  const { tag, one, many, summaries = {}, descriptions = {} } = kind
  const { list, create, patch, trash } = descriptions
  const reads: D['reads'] = kind.reads
  const read = { tag, access: 'records:read', reads } as const
  const writtenWith: D['writtenWith'] = kind.writtenWith
  const write = { tag, access: writtenWith, writes: kind.writes } as const
  const move = { tag, access: writtenWith, writes: [...kind.writes, ...(kind.movesAlong ?? [])] } as const
  const ofOne = { params: IdParams } as const
  return {
    list: {
      summary: `List ${many}`,
      ...(list !== undefined && { description: list }),
      ...read,
      query: kind.query as D['query'], // What it is in D.
      response: listPage(kind.row as D['row']), // See above.
    },
    read: {
      summary: summaries.read ?? `Read ${one}`,
      ...read,
      ...ofOne,
      response: kind.record as D['record'], // See above.
    },
    create: {
      summary: summaries.create ?? `Create ${one}`,
      ...(create !== undefined && { description: create }),
      ...write,
      body: kind.create as D['create'], // See above.
      idempotent: true,
      status: 201,
      response: kind.record as D['record'], // See above.
    },
    patch: {
      summary: `Change ${one}`,
      ...(patch !== undefined && { description: patch }),
      ...write,
      ...ofOne,
      body: kind.patch as D['patch'], // See above.
      response: kind.record as D['record'], // See above.
    },
    trash: {
      summary: `Move ${one} to the trash`,
      ...(trash !== undefined && { description: trash }),
      ...move,
      ...ofOne,
      query: TrashQuery,
      status: 204,
    },
    restore: {
      summary: `Take ${one} out of the trash`,
      ...move,
      ...ofOne,
      query: RestoreQuery,
      response: kind.record as D['record'], // See above.
    },
    bulkTrash: {
      summary: `Move several ${many} to the trash`,
      description: 'All or nothing: an id that does not exist refuses the whole request with 404.',
      ...move,
      body: BulkDelete,
      response: BulkResult,
    },
    bulkRestore: {
      summary: `Take several ${many} out of the trash`,
      ...move,
      body: BulkRestore,
      response: BulkResult,
    },
  } as const
}

interface Addresses<P extends string> {
  list: `GET /api/${P}`
  read: `GET /api/${P}/:id`
  create: `POST /api/${P}`
  patch: `PATCH /api/${P}/:id`
  trash: `DELETE /api/${P}/:id`
  restore: `POST /api/${P}/:id/restore`
  bulkTrash: `POST /api/${P}/bulk/delete`
  bulkRestore: `POST /api/${P}/bulk/restore`
}

export function addressesOf<P extends string>(path: P): Addresses<P> {
  return {
    list: `GET /api/${path}`,
    read: `GET /api/${path}/:id`,
    create: `POST /api/${path}`,
    patch: `PATCH /api/${path}/:id`,
    trash: `DELETE /api/${path}/:id`,
    restore: `POST /api/${path}/:id/restore`,
    bulkTrash: `POST /api/${path}/bulk/delete`,
    bulkRestore: `POST /api/${path}/bulk/restore`,
  }
}

type Declared<D extends RecordDeclaration> = ReturnType<typeof declare<D>>
export type RecordRoutes<D extends RecordDeclaration> = {
  [O in keyof Declared<D> as Addresses<D['path']>[O]]: Declared<D>[O]
}

/** What every kind of record has: a list, and to read, create, change, delete and restore them, one or several. */
export function recordRoutes<const D extends RecordDeclaration>(kind: D): RecordRoutes<D> {
  const declared = declare(kind)
  const addresses = addressesOf(kind.path)
  const entries = Object.entries(addresses).map(([operation, address]) => [
    address,
    declared[operation as keyof typeof declared], // Both have the same operations.
  ])
  return Object.fromEntries(entries) as RecordRoutes<D> // See above.
}

export type RecordOf<D extends RecordDeclaration> = Static<D['record']>
