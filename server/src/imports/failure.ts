/** Why an import as a whole cannot start or go on; the message is a sentence for the person who runs it. */
export class ImportFailure extends Error {}

/** Why one row does not go in: the column of the file, if it is one column's fault, and a sentence. */
export interface Refusal {
  column: string | null
  reason: string
}

/** Values are text or null, so an object is a refusal. */
export function isRefusal(value: string | null | Refusal): value is Refusal {
  return typeof value === 'object' && value !== null
}

/** Said of an import that ended because its process did. */
export const STOPPED_SENTENCE =
  'The process that ran this import stopped. Every batch that was finished is kept; run the import again to bring in the rest, nothing is doubled.'
