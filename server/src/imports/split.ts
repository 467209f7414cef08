import { cleanLine } from '../values/text.ts'

/** What stands between several values in a cell: Google's ":::", semicolons, line breaks; commas where no value has any. */
const USUAL = [':::', ';', '\n', '\r']
const USUAL_OF_EMAILS = [...USUAL, ',']
/** "Ann Lee <ann@example.com>", as mail programs write addresses. */
const WITH_NAME = /<([^<>]+)>$/u
/** "Lee, Ann" before an address: what stands in a name does not set values apart. */
const QUOTED_NAME = /"[^"]*"\s*(?=<)/gu

/** Cuts a cell into its values, in their order, without empty ones and repetitions. */
export function splitter(split: true | readonly string[], isEmail: boolean): (text: string) => string[] {
  const separators = split === true ? (isEmail ? USUAL_OF_EMAILS : USUAL) : split
  return (text) => {
    const parts = separators.reduce(
      (pieces, separator) => pieces.flatMap((piece) => piece.split(separator)),
      [isEmail ? text.replace(QUOTED_NAME, '') : text],
    )
    const values = parts.map((part) => {
      const line = cleanLine(part)
      return isEmail ? (WITH_NAME.exec(line)?.[1] ?? line) : line
    })
    return [...new Set(values.filter((value) => value !== ''))]
  }
}
