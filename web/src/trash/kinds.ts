import {
  type Permission,
  type RecordKind,
  type RecordPath,
  recordKinds,
} from '../../../server/src/vocabulary.ts'
import { goesAlong, hasPage, kindLabel, shownKinds } from '../kinds.ts'
import { recordPath } from '../paths.ts'

/** One kind of record as the trash speaks of it. */
export interface TrashKind {
  name: RecordPath
  label: string
  one: string
  many: string
  /** The right to restore them. */
  permission: Permission
  /** The page of one; those without are shown where they belong. */
  path?: (id: number) => string
  /** What else goes, or stays, when one is deleted for good. */
  goesAlong: string
}

export const trashKinds = shownKinds.map(trashKind)

/** The kind of an address; the first one for any other text. */
export function trashKindNamed(name: string | undefined): TrashKind {
  return trashKinds.find((kind) => kind.name === name) ?? trashKind('customer')
}

function trashKind(kind: RecordKind): TrashKind {
  const { path: name, one, many, writtenWith: permission } = recordKinds[kind]
  return {
    name,
    label: kindLabel(kind),
    one,
    many,
    permission,
    ...(hasPage(kind) && { path: (id: number) => recordPath(kind, id) }),
    goesAlong: goesAlong(kind),
  }
}
