import { type Static, Type } from 'typebox'
import { Id, Nullable, Timestamp } from '../http/fields.ts'
import { IdParams, type RouteTable } from '../http/route.ts'
import { orderStatuses } from '../vocabulary.ts'

export const importStatuses = ['waiting', 'running', 'completed', 'failed'] as const

const FileResult = Type.Object({
  file: Type.String(),
  object: Type.String({ description: 'What its rows became: customers, orders, …' }),
  rows_read: Type.Integer(),
  rows_inserted: Type.Integer({ description: 'Rows that made a record.' }),
  rows_updated: Type.Integer({
    description: 'Rows that changed a record which an earlier run had brought in.',
  }),
  rows_unchanged: Type.Integer({ description: 'Rows whose records are there already and stay as they are.' }),
  rows_in_trash: Type.Integer({
    description: 'Rows whose record lies in the trash, where it stays unless the mapping says "restore".',
  }),
  rows_restored: Type.Integer({ description: 'Rows whose record was taken out of the trash.' }),
  rows_failed: Type.Integer({ description: 'Rows that did not go in.' }),
})
const RowError = Type.Object({
  file: Type.String(),
  line: Type.Integer({ description: 'Line of the file on which the row begins, from 1.' }),
  column: Nullable(Type.String()),
  reason: Type.String(),
})
const RowNote = Type.Object({
  file: Type.String(),
  line: Type.Integer({ description: 'Line of the file on which the row begins, from 1.' }),
  column: Nullable(Type.String()),
  note: Type.String(),
})
const IncompleteOrder = Type.Object({
  id: Id,
  order_number: Type.String(),
  status: Type.Enum(orderStatuses, {
    description: 'What it becomes when its lines are in; until then it is a draft.',
  }),
  missing_lines: Type.Integer({ description: 'Lines that were refused.' }),
  reason: Type.String({ description: 'Why it is a draft.' }),
})
export type IncompleteOrder = Static<typeof IncompleteOrder>
export const Import = Type.Object({
  id: Id,
  mapping: Type.String(),
  status: Type.Enum(importStatuses),
  files: Type.Array(FileResult),
  rows_failed: Type.Integer(),
  rows_noted: Type.Integer({ description: 'Notes on rows that went in, though not with all that they say.' }),
  orders_incomplete: Type.Integer({
    description:
      'Orders left as drafts when the import ended, because lines of theirs are missing: no figure counts them.',
  }),
  errors: Type.Array(RowError, { description: 'The first hundred; the error file has the first 10,000.' }),
  notes: Type.Array(RowNote, { description: 'The first hundred.' }),
  incomplete_orders: Type.Array(IncompleteOrder, {
    description: 'The first hundred that still are incomplete.',
  }),
  failure: Nullable(Type.String({ description: 'Why the import as a whole stopped.' })),
  created_at: Timestamp,
  finished_at: Nullable(Timestamp),
})
export type Import = Static<typeof Import>

/** An import in the list: without what it says of single rows and orders. */
export const ImportRow = Type.Omit(Import, ['errors', 'notes', 'incomplete_orders'])
export type ImportRow = Static<typeof ImportRow>

const tag = 'Imports'
export const importRoutes = {
  'POST /api/imports': {
    summary: 'Import CSV files',
    description:
      'multipart/form-data: a field `mapping` (the name of a mapping that ships with Rapport, e.g. "northwind", or a mapping as JSON) followed by one part a file, named as the mapping names it. A worker does it in the background, those of one workspace one after the other; ask for the import to see how far it is. A worker that dies is replaced within a minute by another, which goes on where it was. Running it again changes nothing that came in before.',
    tag,
    access: 'import:run',
    upload: Type.Object({
      mapping: Type.String({ description: 'The name of a mapping, or a mapping as JSON. Comes first.' }),
      file: Type.Array(Type.String({ format: 'binary' }), {
        description: 'One part a file that the mapping names.',
      }),
    }),
    status: 202,
    response: Import,
  },
  'POST /api/imports/sample': {
    summary: 'Import the sample company',
    description:
      'An invented trading company, from examples/trading-company: what `POST /api/imports` would do with its mapping and files. Running it again changes nothing.',
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
    media: 'text/csv',
  },
} as const satisfies RouteTable
