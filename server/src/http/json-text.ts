/**
 * A finished answer of shape T, in JSON: for what comes from the database in bulk and would be made into objects only
 * to be written again.
 */
export class JsonText<T> {
  /** Only a type. */
  declare readonly shape: T
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}
