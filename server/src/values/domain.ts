import { domainToUnicode } from 'node:url'

/*
 * Domains with letters of all scripts. "müller.de" and "xn--mller-kva.de" are one: what is kept and looked for is the one
 * that people read (RFC 3492). A label that is not surely another spelling stays as it is.
 */

const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u
const ENCODED = /^xn--/i
const UNSEEN = /\p{Default_Ignorable_Code_Point}/u
/** As Japanese and Chinese keyboards type Latin letters. */
const FULL_WIDTH = /[\uff01-\uff5e]/g
const FULL_WIDTH_OFFSET = 0xfee0

/** Latin letters as everybody types them. */
export function narrow(text: string): string {
  return text.replace(FULL_WIDTH, (each) => String.fromCharCode(each.charCodeAt(0) - FULL_WIDTH_OFFSET))
}

/** A domain as it is kept and compared: in small letters, and those that people read. */
export function cleanDomain(text: string): string {
  return readableDomain(narrow(text).toLowerCase())
}

/** The same of the beginning of one, whose last label may go on. */
export function cleanDomainBeginning(text: string): string {
  return readableBeginning(narrow(text).toLowerCase())
}

/** A domain with its labels as people read them. */
export function readableDomain(domain: string): string {
  return domain.split('.').map(readableLabel).join('.')
}

/** The same of a text of which more may follow. */
export function readableBeginning(text: string): string {
  const end = text.lastIndexOf('.') + 1
  return readableDomain(text.slice(0, end)) + text.slice(end)
}

function readableLabel(label: string): string {
  if (!ENCODED.test(label)) return label
  // What is no such spelling comes back as it is.
  const read = domainToUnicode(label.toLowerCase())
  const isSure =
    LABEL.test(read) &&
    !UNSEEN.test(read) &&
    !ENCODED.test(read) &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what has only these needs no other spelling.
    /[^\x00-\x7f]/.test(read) &&
    read === read.normalize('NFC').toLowerCase()
  return isSure ? read : label
}
