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
  const read = decodePunycode(label.slice(4).toLowerCase())
  const isSure =
    read !== undefined &&
    LABEL.test(read) &&
    !UNSEEN.test(read) &&
    !ENCODED.test(read) &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what has only these needs no other spelling.
    /[^\x00-\x7f]/.test(read) &&
    read === read.normalize('NFC').toLowerCase()
  return isSure ? read : label
}

const BASE = 36
const THRESHOLD_MIN = 1
const THRESHOLD_MAX = 26
const SKEW = 38
const DAMP = 700
const BIAS_AT_FIRST = 72
const FIRST_CODE = 0x80
const CODE_MAX = 0x10ffff

/** Undefined if it is none. The names are those of RFC 3492, section 6. */
function decodePunycode(encoded: string): string | undefined {
  const hyphen = encoded.lastIndexOf('-')
  const output = Array.from(encoded.slice(0, Math.max(0, hyphen)), (each) => each.codePointAt(0) ?? 0)
  let [code, index, bias, at] = [FIRST_CODE, 0, BIAS_AT_FIRST, hyphen + 1]
  while (at < encoded.length) {
    const before = index
    let weight = 1
    for (let place = BASE; ; place += BASE) {
      const digit = digitOf(encoded.charAt(at++))
      if (digit === undefined) return undefined
      index += digit * weight
      const threshold = Math.min(Math.max(place - bias, THRESHOLD_MIN), THRESHOLD_MAX)
      if (digit < threshold) break
      weight *= BASE - threshold
      if (weight > CODE_MAX * BASE) return undefined
    }
    const length = output.length + 1
    bias = adapted(index - before, length, before === 0)
    code += Math.floor(index / length)
    if (code > CODE_MAX) return undefined
    index %= length
    output.splice(index++, 0, code)
  }
  return String.fromCodePoint(...output)
}

function digitOf(character: string): number | undefined {
  if (/^[a-z]$/.test(character)) return character.charCodeAt(0) - 0x61
  return /^\d$/.test(character) ? Number(character) + 26 : undefined
}

function adapted(difference: number, length: number, isFirst: boolean): number {
  let delta = Math.floor(difference / (isFirst ? DAMP : 2))
  delta += Math.floor(delta / length)
  let places = 0
  while (delta > ((BASE - THRESHOLD_MIN) * THRESHOLD_MAX) / 2) {
    delta = Math.floor(delta / (BASE - THRESHOLD_MIN))
    places += BASE
  }
  return places + Math.floor(((BASE - THRESHOLD_MIN + 1) * delta) / (delta + SKEW))
}
