/*
 * How a full name in one cell is cut into first and last name. The rules, in this order:
 *  1. What names a company ("Acme, Inc.", "Müller GmbH") is a last name as a whole.
 *  2. "Smith, John" has the last name first; "Leyen, Ursula von der" takes its particles back.
 *  3. In Chinese, Japanese and Korean the last name comes first. Without a blank nobody can tell where it ends: the
 *     whole is the last name. Names of foreigners are cut at the dot between their parts, and end with the last name.
 *  4. "DUPONT Jean" has a last name in capitals, wherever that stands.
 *  5. A particle (von, de la, bin, al) begins the last name; so do Jr., III and the like belong to it.
 *  6. Else the last word is the last name, and a single word is one.
 */

export interface FullName {
  first: string | null
  last: string | null
}

const COMPANY =
  /(?:^|[\s,.&])(?:gmbh|mbh|ag|kg|ohg|gbr|se|e\.?\s?v\.?|inc|llc|llp|ltd|limited|corp|corporation|company|plc|pty|s\.?a\.?r?\.?l\.?|s\.a\.|s\.?p\.?a\.?|sas|b\.?v\.?|n\.?v\.?|oy|ab|a\/s|aps|kft|zrt|s\.?r\.?o\.?|sp\.?\s?z\s?o\.?o\.?|k\.?k\.?)\.?$|株式会社|有限公司|주식회사|&\s*(?:co|cie|sons?|söhne|partners?)\b/iu
const SUFFIX =
  /^(?:jr|sr|jun|sen|junior|senior|[ivx]{2,4}|2nd|3rd|4th|ph\.?\s?d|m\.?\s?d|esq|m\.?b\.?a)\.?$/iu
/** In small letters these are always particles; those with a capital too are so in names as "Van Halen". */
const PARTICLES = new Set(
  'von van vom zu zum zur der den dem de del della dello degli dei di da do dos das du des d la le las los lo af av ter ten te het op bin ibn bint abu abd al el ben bar san santa st'.split(
    ' ',
  ),
)
const CAPITALISED_PARTICLES = new Set(
  'Von Van De Del Della Di Da Du Des Der Den Dos Das Le La Ter Ten Ibn Abu St'.split(' '),
)
/** Between two surnames: "Ortega y Gasset". */
const AND = new Set(['y', 'e'])
/** With these, "del Carmen" is part of a first name. */
const MARIAN = /^(?:mar[ií]a|m[aª]\.?)$/iu
const EAST_ASIAN = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々〆・･\s]+$/u
const FOREIGN_DOT = /[・･]/u
const BLANKS = /\s+/u
const CAPITALS_LENGTH_MIN = 3

/** Cuts a full name. Nothing of it is lost; what is empty is null. */
export function splitName(name: string): FullName {
  const text = name.trim().split(BLANKS).join(' ')
  if (text === '' || COMPANY.test(text)) return named('', text)
  const [before = '', ...after] = text.split(/\s*,\s*/u)
  if (after.length > 0)
    return splitAtComma(
      before,
      after.filter((part) => part !== ''),
      text,
    )
  if (EAST_ASIAN.test(text)) return splitEastAsian(text)
  return splitWords(text.split(' '))
}

/** Whether the last word was taken for the last name although there is more than a first and a last one. */
export function isUncertain(name: string): boolean {
  const words = name.trim().split(BLANKS)
  const { first, last } = splitName(name)
  return words.length > 2 && first !== null && last === words.at(-1) && !name.includes(',')
}

function named(first: string, last: string): FullName {
  return { first: first || null, last: last || null }
}

function splitAtComma(before: string, after: string[], whole: string): FullName {
  const suffixes = after.filter((part) => SUFFIX.test(part))
  const [given, ...more] = after.filter((part) => !SUFFIX.test(part))
  if (given === undefined) {
    const { first, last } = splitName(before)
    return named(first ?? '', [last, ...suffixes].join(' '))
  }
  if (more.length > 0) return named('', whole)
  const words = given.split(' ')
  let end = words.length
  while (end > 1 && PARTICLES.has(words[end - 1] ?? '')) end--
  return named(words.slice(0, end).join(' '), [...words.slice(end), before, ...suffixes].join(' '))
}

function splitEastAsian(text: string): FullName {
  if (FOREIGN_DOT.test(text)) {
    const parts = text.split(FOREIGN_DOT)
    return named(parts.slice(0, -1).join(' ').trim(), parts.at(-1)?.trim() ?? '')
  }
  const [last = '', ...first] = text.split(' ')
  return named(first.join(' '), last)
}

function splitWords(words: string[]): FullName {
  let end = words.length
  while (end > 1 && SUFFIX.test(words[end - 1]?.replace(/,$/, '') ?? '')) end--
  const bare = words.slice(0, end)
  const start = startOfLastName(bare)
  const inFront = capitalsInFront(bare)
  if (inFront > 0) return named(words.slice(inFront).join(' '), bare.slice(0, inFront).join(' '))
  return named(words.slice(0, start).join(' '), words.slice(start).join(' '))
}

function startOfLastName(words: string[]): number {
  const last = Math.max(words.length - 1, 0)
  for (let index = 1; index < last; index++) {
    const word = words[index] ?? ''
    if (AND.has(word) && index > 1) return index - 1
    if (!isParticle(word)) continue
    const led = words.findIndex((each, at) => at > index && !isParticle(each))
    // "María del Carmen López", but "María de la Cruz".
    if (!MARIAN.test(words[index - 1] ?? '') || led === -1 || led >= last) return index
    index = led
  }
  return last
}

function isParticle(word: string): boolean {
  return PARTICLES.has(word) || CAPITALISED_PARTICLES.has(word) || /^(?:d|l)['’]$/u.test(word)
}

/** How many words at the front are in capitals where others are not, as French and Spanish lists write last names. */
function capitalsInFront(words: string[]): number {
  const isCapitals = (word: string) =>
    [...word].length >= CAPITALS_LENGTH_MIN && word === word.toUpperCase() && word !== word.toLowerCase()
  let count = 0
  while (count < words.length && isCapitals(words[count] ?? '')) count++
  return count === words.length || words.slice(count).some(isCapitals) ? 0 : count
}

/** For lists of people with two surnames: "Gabriel García Márquez". What says more than that goes before it. */
export function splitTwoSurnames(name: string): FullName {
  const { first, last } = splitName(name)
  const words = (first ?? '').split(' ')
  if (!isUncertain(name) || last === null) return { first, last }
  return named(words.slice(0, -1).join(' '), `${words.at(-1)} ${last}`)
}
