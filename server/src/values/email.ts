import { narrow, readableBeginning, readableDomain } from './domain.ts'
import { cleanLine } from './text.ts'

/** What an email address is, for every door: RFC 5321 and 6531 (letters of all scripts), without quotes and comments. */

const LENGTH_MAX = 254
const LOCAL_LENGTH_MAX = 64
const WORD = "[\\p{L}\\p{M}\\p{N}\\p{So}!#$%&'*+/=?^_`{|}~-]+"
const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?'
const LOCAL = new RegExp(`^${WORD}(?:\\.${WORD})*$`, 'u')
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+${LABEL}$`, 'u')
/** The last part of a domain is a name, or "user@1.2.3.4" would pass. */
const NAMED = /\p{L}[^.]*$/u
/** What nobody sees has no place in an address, also where it may stand in a name. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu

/**
 * An address as it is kept: cleaned as any line, free of all that nobody sees, its domain in the letters that people
 * read. Its case stays.
 */
export function cleanEmail(text: string): string {
  return withDomain(plainEmail(text), readableDomain)
}

/** The same of the beginning of an address. */
export function cleanEmailBeginning(text: string): string {
  return withDomain(plainEmail(text), readableBeginning)
}

/** The same with its domain as it was typed: what one signs in with. */
export function plainEmail(text: string): string {
  return cleanLine(narrow(text).replace(UNSEEN, ''))
}

function withDomain(email: string, read: (domain: string) => string): string {
  const start = email.lastIndexOf('@') + 1
  return start === 0 ? email : email.slice(0, start) + read(email.slice(start))
}

/** Whether cleaned text is an address that mail could reach. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@')
  if (at < 1 || text.length > LENGTH_MAX || at > LOCAL_LENGTH_MAX) return false
  const domain = text.slice(at + 1)
  return LOCAL.test(text.slice(0, at)) && DOMAIN.test(domain) && NAMED.test(domain)
}

/** What two addresses have in common if they are the same; email_key() is this in SQL, of one that is clean. '' for none. */
export function emailKey(text: string): string {
  // Letter by letter, as PostgreSQL: a final sigma is no other letter, a dotted I no two.
  return Array.from(cleanEmail(text), (letter) =>
    String.fromCodePoint(letter.toLowerCase().codePointAt(0) ?? 0),
  ).join('')
}
