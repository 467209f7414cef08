import { list } from './catalogue.ts'
import { type Culture, nameLists } from './names.ts'
import { type Random, type Sampler, sampler, zipf } from './random.ts'

interface Name {
  /** In Latin script, with its accents. */
  latin: string
  native: string | undefined
  /** As it stands in an email address. */
  slug: string
}

export interface Person {
  first: string
  last: string
  /** Of `firstNames`: which first name this is. */
  firstNameId: number
  firstSlug: string
  lastSlug: string
}

interface Names {
  first: readonly Name[]
  /** Ids of the first names in Latin script; the native form has the next id. */
  firstIds: readonly number[]
  last: readonly Name[]
  drawFirst: Sampler
  drawLast: Sampler
  rareStarts: readonly string[]
  rareEnds: readonly string[]
  double: number
  doubleJoint: string
}

const FIRST_NAME_EXPONENT = 0.6
const LAST_NAME_EXPONENT = 0.85
const RARE_SHARE = 0.14
const NATIVE_SCRIPT_SHARE = 0.6
const DOUBLE_SHARE_DEFAULT = 0.01
const hyphenated: readonly Culture[] = ['english', 'german', 'french', 'dutch', 'polish', 'nordic']

const letters: Record<string, string> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ł: 'l',
  ı: 'i',
  đ: 'd',
  þ: 'th',
  '&': 'and',
}

/** Every first name in use, by its id: a row of 2 bytes can say which one a customer has. */
export const firstNames: string[] = []

// The keys are those of the cultures.
const names = Object.fromEntries(
  Object.entries(nameLists).map(([culture, lists]) => [culture, prepare(culture as Culture, lists)]), // Its own keys.
) as Record<Culture, Names>

function prepare(
  culture: Culture,
  lists: { first: string; last: string; rare?: readonly string[]; double?: number },
): Names {
  const first = list(lists.first).map(nameOf)
  const last = list(lists.last).map(nameOf)
  return {
    first,
    firstIds: first.map(({ latin, native }) => firstNames.push(latin, native ?? latin) - 2),
    last,
    drawFirst: sampler(zipf(first.length, FIRST_NAME_EXPONENT)),
    drawLast: sampler(zipf(last.length, LAST_NAME_EXPONENT)),
    rareStarts: list(lists.rare?.[0] ?? ''),
    rareEnds: list(lists.rare?.[1] ?? ''),
    double: lists.double ?? DOUBLE_SHARE_DEFAULT,
    doubleJoint: hyphenated.includes(culture) ? '-' : ' ',
  }
}

function nameOf(text: string): Name {
  const [written = '', latin] = text.split('|')
  return {
    latin: latin ?? written,
    native: latin === undefined ? undefined : written,
    slug: slug(latin ?? written),
  }
}

/** "Łódź & Søn" → "lodz-and-son": what is left of a text in an address. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[ßøæœłıđþ&]/g, (letter) => letters[letter] ?? '')
    .replace(/[\u0300-\u036f'’.]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

export function drawPerson(random: Random, culture: Culture): Person {
  const known = names[culture]
  const index = known.drawFirst(random)
  const first = known.first[index] as Name // Samplers stay inside their lists.
  const last = known.last[known.drawLast(random)] as Name
  const native = first.native && last.native && random.chance(NATIVE_SCRIPT_SHARE)
  const firstNameId = (known.firstIds[index] as number) + (native ? 1 : 0) // Every index has its first name.
  const latin = native ? last.latin : fullLastName(random, known, last)
  return {
    first: firstNames[firstNameId] as string, // The id is one of the list.
    last: native ? (last.native ?? latin) : latin,
    firstNameId,
    firstSlug: first.slug,
    lastSlug: latin === last.latin ? last.slug : slug(latin),
  }
}

/** A common last name, a rare one put together from its parts, or two common ones. */
export function drawLastName(random: Random, culture: Culture): string {
  const known = names[culture]
  return fullLastName(random, known, known.last[known.drawLast(random)] as Name) // Inside.
}

function fullLastName(random: Random, known: Names, last: Name): string {
  if (known.rareEnds.length > 1 && random.chance(RARE_SHARE)) {
    return capitalized(random.pick(known.rareStarts) + random.pick(known.rareEnds))
  }
  if (!random.chance(known.double)) return last.latin
  return `${last.latin}${known.doubleJoint}${random.pick(known.last).latin}`
}

/** "Saint-court" → "Saint-Court". */
function capitalized(name: string): string {
  return name.replace(/-./g, (match) => match.toUpperCase())
}
