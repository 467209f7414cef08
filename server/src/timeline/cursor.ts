import { isMoment } from '../days.ts'
import { badRequest } from '../errors.ts'
import { readCursor, writeCursor } from '../lists/cursor.ts'
import { type EntryKind, entryKinds } from './schema.ts'

/** The place of an entry in a timeline. Opaque to clients. */
export interface TimelineCursor {
  /** UTC with microseconds, as the database writes it. */
  at: string
  kind: EntryKind
  id: number
}

const TIMESTAMP = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/

export function encodeTimelineCursor({ at, kind, id }: TimelineCursor): string {
  return writeCursor([at, kind, id])
}

/** Reads a cursor of a timeline; anything else is a 400. */
export function decodeTimelineCursor(text: string): TimelineCursor {
  const [at, kind, id] = readCursor(text)
  const known = entryKinds.find((name) => name === kind)
  if (
    typeof at === 'string' &&
    TIMESTAMP.test(at) &&
    isMoment(at) &&
    known &&
    typeof id === 'number' &&
    Number.isSafeInteger(id)
  ) {
    return { at, kind: known, id }
  }
  const message = 'This cursor does not belong to a timeline. Start again without it.'
  throw badRequest(message, [{ path: 'query/after', message }])
}
