import { type Static, Type } from 'typebox'
import { Id, Nullable, Timestamp } from '../http/fields.ts'
import { IdParams, type RouteTable } from '../http/route.ts'

export const importStatuses = ['running', 'completed', 'failed'] as const

const FileResult = Type.Object({
  file: Type.String(),
  object: Type.String({ description: 'What its rows became: customers, orders, …' }),
  rows_read: Type.Integer(),
  rows_inserted: Type.Integer(),
  rows_unchanged: Type.Integer({ description: 'Rows that an earlier run had brought in.' }),
  rows_failed: Type.Integer(),
})
const RowError = Type.Object({
  file: Type.String(),
  line: Type.Integer({ description: 'Line of the file on which the row begins, from 1.' }),
  column: Nullable(Type.String()),
  reason: Type.String(),
})
export const Import = Type.Object({
  id: Id,
  mapping: Type.String(),
  status: Type.Enum(importStatuses),
  files: Type.Array(FileResult),
  rows_failed: Type.Integer(),
  errors: Type.Array(RowError, { description: 'The first hundred; the error file has the first 10,000.' }),
  failure: Nullable(Type.String({ description: 'Why the import as a whole stopped.' })),
  created_at: Timestamp,
  finished_at: Nullable(Timestamp),
})
export type Import = Static<typeof Import>

/** An import in the list: without its errors. */
export const ImportRow = Type.Omit(Import, ['errors'])
export type ImportRow = Static<typeof ImportRow>

const tag = 'Imports'
export const importRoutes = {
  'POST /api/imports': {
    summary: 'Import CSV files',
    description:
      'multipart/form-data: a field `mapping` (the name of a mapping that ships with Rapport, e.g. "northwind", or a mapping as JSON) followed by one part a file, named as the mapping names it. The work goes on in the background; ask for the import to see how far it is. Running it again changes nothing that came in before.',
    tag,
    access: 'import:run',
    status: 202,
    response: Import,
  },
  'GET /api/imports': {
    summary: 'The latest imports',
    tag,
    access: 'import:run',
    response: Type.Object({ items: Type.Array(ImportRow) }),
  },
  'GET /api/imports/:id': {
    summary: 'Progress and result of an import',
    tag,
    access: 'import:run',
    params: IdParams,
    response: Import,
  },
  'GET /api/imports/:id/errors.csv': {
    summary: 'The rows that did not go in, with the reason of each, as CSV',
    tag,
    access: 'import:run',
    params: IdParams,
  },
} as const satisfies RouteTable
