import type { FieldError } from '../../server/src/errors.ts'
import { writeNumber } from './numbers.ts'

const words: [said: RegExp, meant: (part: string) => string][] = [
  [/must match format "email"/, () => 'This is not an email address.'],
  [/must match format "date(?:-time)?"/, () => 'This is not a date.'],
  [/must NOT have fewer than 1 characters/, () => 'Enter a value.'],
  [/must have required property/, () => 'Enter a value.'],
  [/must NOT have fewer than (\d+) characters/, (least) => `Enter at least ${number(least)} characters.`],
  [/must NOT have more than (\d+) characters/, (most) => `Enter at most ${number(most)} characters.`],
  [/must be >= (\S+)/, (least) => `Enter ${number(least)} or more.`],
  [/must be <= (\S+)/, (most) => `Enter ${number(most)} or less.`],
  [/must be (?:integer|number)/, () => 'Enter a number.'],
  [/does not fit: (.*)/, (what) => what],
  [/must match pattern/, () => 'This value does not have the right form.'],
]
/** As this person reads numbers; anything else stays as it is. */
function number(text: string): string {
  return /^-?\d+(\.\d+)?$/.test(text) ? writeNumber(text) : text
}

/** What a validator says of a nullable field beside the real reason. */
const NOISE = /must be null|must match (?:a|exactly one) schema/

/** One error a field, in words for people; those that the server has put into words itself stay as they are. */
export function readableErrors(errors: FieldError[]): FieldError[] {
  const byPath = new Map<string, FieldError>()
  for (const error of errors) {
    const known = byPath.get(error.path)
    if (!known || (NOISE.test(known.message) && !NOISE.test(error.message))) byPath.set(error.path, error)
  }
  return [...byPath.values()].map(({ path, message }) => ({ path, message: readable(message) }))
}

function readable(message: string): string {
  for (const [said, meant] of words) {
    const match = said.exec(message)
    if (match) return meant(match[1] ?? '')
  }
  return message
}
