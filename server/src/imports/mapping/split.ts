import { cleanLine } from '../../values/text.ts'

/** What stands between several values in a cell: Google's ":::", semicolons, line breaks; commas where no value has any. */
const USUAL = [':::', ';', '\n', '\r']
const USUAL_OF_EMAILS = [...USUAL, ',']
/** "Ann Lee <ann@example.com>", as mail programs write addresses. */
const WITH_NAME = /<([^<>]+)>$/u
/** "Lee, Ann" before an address, in quotes or bare: what stands in a name does not set values apart. */
const NAME_WITH_COMMA = /"[^"]*"\s*(?=<)|[^,;:<>@\n\r]{1,100},\s{0,5}(?=[^,;:<>@\n\r]{1,100}<)/gu
const IN_QUOTES = /^(['"])(.*)\1$/u
const MAILTO = /^mailto:([^?]*).*$/iu
const EMPTY_REST = /[;,]$/u

/** The address of a cell that has no more than one, without what programs write around it. */
export function bareAddress(text: string): string {
  const line = cleanLine(text).replace(EMPTY_REST, '')
  const inBrackets = WITH_NAME.exec(line)
  const name = line.slice(0, inBrackets?.index)
  // A name that is another address would be lost.
  if (inBrackets && name.includes('@') && unwrapped(name) !== unwrapped(inBrackets[1] ?? '')) return line
  return unwrapped(inBrackets?.[1] ?? line)
}

function unwrapped(address: string): string {
  return address.trim().replace(IN_QUOTES, '$2').replace(MAILTO, '$1').trim()
}

/** Cuts a cell into its values, in their order, without empty ones and repetitions. */
export function splitter(split: true | readonly string[], isEmail: boolean): (text: string) => string[] {
  const separators = split === true ? (isEmail ? USUAL_OF_EMAILS : USUAL) : split
  return (text) => {
    const parts = separators.reduce(
      (pieces, separator) => pieces.flatMap((piece) => piece.split(separator)),
      [isEmail ? text.replace(NAME_WITH_COMMA, '') : text],
    )
    const values = parts.map((part) => {
      const line = cleanLine(part)
      return isEmail ? unwrapped(WITH_NAME.exec(line)?.[1] ?? line) : line
    })
    return [...new Set(values.filter((value) => value !== ''))]
  }
}
