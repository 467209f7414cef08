import { type Static, Type } from 'typebox'
import { Id } from '../http/fields.ts'

/** Who takes over what points at a deleted record. */
export const TakeOver = Type.Union([Id, Type.Literal('nobody')], {
  description:
    'Who takes over what points at it: the id of a record of the same kind, or "nobody". Without it such a record is not deleted: 409 (in-use) says what points at it.',
})
export type TakeOver = Static<typeof TakeOver>

/** What happens to a value that another record has by now. */
export const Duplicates = Type.Enum(['refuse', 'drop'], {
  description:
    'If another record has the email, SKU, member or number by now: refuse (default) answers 409; drop restores without it, an order with a new number.',
})
export type Duplicates = Static<typeof Duplicates>

const closed = { additionalProperties: false }
export const TrashQuery = Type.Object({ take_over: Type.Optional(TakeOver) }, closed)
export const RestoreQuery = Type.Object({ duplicates: Type.Optional(Duplicates) }, closed)
