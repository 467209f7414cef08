import {
  type CountryCode,
  getCountries,
  isSupportedCountry,
  Metadata,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min'

/*
 * Phones are kept as they were typed. Each has a key, made by phone_key() in SQL; two are the same
 * number if their keys are among the ways in which one E.164 number is written. On the server only: the tables of the
 * world's numbers are large.
 */

/** A number taken apart. */
export interface ReadPhone {
  /** With + and country code, "+493012345678". */
  e164: string
  /** Digits of the extension; undefined without one. */
  extension: string | undefined
}

/** As phone_key() and phone_extension() have it. */
const EXTENSION =
  /[\s,;]*(?:;?ext=|extension|extn?|x|#|durchwahl|dw|poste|interno|int|anexo|ramal|доб|,,)[\s.:#=]*(\d{1,7})#?\s*$/
/** Whoever writes (0) has written the country code before it. */
const CODE_WITHOUT_PLUS = /^(?=[1-9]\d{0,2}[\s.-]*\(0\))/
const TRUNK_IN_BRACKETS = /((?:\+|\b00)[\s.-]*\d{1,3}[\s.-]*)\(0\)/
/** What everybody dials before a country code who has no key for +. */
const COMMON_EXIT_CODE = '00'

/** A number as people write it in a country (ISO 3166, alpha-2; null: none is known). Undefined if it is none. */
export function readPhone(typed: string, country: string | null): ReadPhone | undefined {
  const { number, extension } = taken(typed)
  const parsed = parse(number, country)
  return parsed && { e164: parsed.number, extension: extension || parsed.ext }
}

/** Where a call goes: "tel:+493012345678;ext=42" (RFC 3966). A number that is not understood is dialled by its digits. */
export function phoneLink(typed: string | null, country: string | null): string | null {
  if (typed === null) return null
  const read = readPhone(typed, country)
  if (read) return `tel:${read.e164}${read.extension ? `;ext=${read.extension}` : ''}`
  const { number, extension } = taken(typed)
  const digits = number.replace(/[^\d+*]/g, '').replace(/(?<=.)\+.*/, '')
  return /\d/.test(digits) ? `tel:${digits}${extension ? `;ext=${extension}` : ''}` : null
}

/**
 * The keys (see phone_key() in SQL) that mean the same number as the typed one, besides its own, and the
 * extension that was asked for. A number that is not understood is the same as its digits, with + or without.
 */
export function phoneKeys(typed: string, country: string | null): { keys: string[]; extension?: string } {
  const { number, extension } = taken(typed)
  const digits = number.replace(/\D/g, '')
  const own = digits ? [digits, `+${digits}`] : []
  const parsed = parse(number, country)
  const keys = new Set([...own, ...(parsed ? spellings(parsed, country) : [])])
  const asked = extension || parsed?.ext
  return { keys: [...keys], ...(asked && { extension: asked }) }
}

/** The beginnings of keys that the typed beginning of a number may go on from. */
export function phoneKeyBeginnings(typed: string, country: string | null): string[] {
  const { number } = taken(typed)
  const digits = number.replace(/\D/g, '')
  const plan = planOf(country)
  const international = number.trimStart().startsWith('+') ? digits : afterExitCode(digits, plan?.exitCode)
  const beginnings = new Set([digits, `+${digits}`])
  if (international) {
    for (const each of [`+${international}`, COMMON_EXIT_CODE + international]) beginnings.add(each)
    if (plan && international.startsWith(plan.callingCode)) {
      beginnings.add(plan.trunk + international.slice(plan.callingCode.length))
    }
  } else if (plan?.trunk && digits.startsWith(plan.trunk)) {
    beginnings.add(`+${plan.callingCode}${digits.slice(plan.trunk.length)}`)
  }
  beginnings.delete('')
  return [...beginnings]
}

function taken(typed: string): { number: string; extension: string } {
  const folded = typed.normalize('NFKC').toLowerCase().trim()
  const extension = EXTENSION.exec(folded)
  const before = extension ? folded.slice(0, extension.index) : folded
  const number = /\d/.test(before) ? before : folded
  return {
    number: number.replace(CODE_WITHOUT_PLUS, '+').replace(TRUNK_IN_BRACKETS, '$1'),
    extension: number === folded ? '' : (extension?.[1] ?? ''),
  }
}

function parse(number: string, country: string | null): PhoneNumber | undefined {
  const parsed =
    parsePhoneNumberFromString(number, known(country)) ??
    // 00 is how most of the world dials abroad; without a country nobody else would say so.
    (number.startsWith(COMMON_EXIT_CODE)
      ? parsePhoneNumberFromString(`+${number.slice(COMMON_EXIT_CODE.length)}`)
      : undefined)
  return parsed?.isPossible() ? parsed : undefined
}

function known(country: string | null): CountryCode | undefined {
  return country !== null && isSupportedCountry(country) ? country : undefined
}

function spellings(parsed: PhoneNumber, country: string | null): string[] {
  const { countryCallingCode, nationalNumber, number } = parsed
  const here = planOf(country)
  const there = planOf(parsed.country ?? parsed.getPossibleCountries()[0] ?? null)
  const trunk = there?.trunk && !nationalNumber.startsWith(there.trunk) ? there.trunk : ''
  const written = new Set([nationalNumber, trunk + nationalNumber])
  const abroad = [...written].flatMap((national) =>
    ['+', '', COMMON_EXIT_CODE, here?.exitCode ?? ''].map((start) => start + countryCallingCode + national),
  )
  const atHome =
    here?.callingCode === countryCallingCode
      ? [
          ...written,
          parsed
            .formatNational()
            .replace(/ ext\..*$/, '')
            .replace(/\D/g, ''),
        ]
      : []
  return [number, ...abroad, ...atHome]
}

interface DiallingPlan {
  callingCode: string
  /** What is dialled before a number inside of the country: 0, 8, 06; '' for nothing. */
  trunk: string
  /** What is dialled before a country code; undefined where it depends on the carrier. */
  exitCode: string | undefined
}

interface Numbering {
  callingCode(): string
  nationalPrefix(): string | undefined
  IDDPrefix(): string | undefined
}

function planOf(country: string | null): DiallingPlan | undefined {
  const code = known(country)
  if (!code) return undefined
  const metadata = new Metadata()
  metadata.selectNumberingPlan(code)
  // Its declared type lacks what the library's own parser reads.
  const numbering = metadata.numberingPlan as unknown as Numbering
  const exit = numbering.IDDPrefix() ?? ''
  return {
    callingCode: numbering.callingCode(),
    trunk: numbering.nationalPrefix() ?? '',
    exitCode: /^\d+$/.test(exit) ? exit : undefined,
  }
}

function afterExitCode(digits: string, exitCode: string | undefined): string | undefined {
  const code = [exitCode, COMMON_EXIT_CODE].find((each) => each !== undefined && digits.startsWith(each))
  return code && digits.slice(code.length)
}

/** The country of a time zone (IANA), alpha-2; null where that says none. */
export function countryOfTimeZone(zone: string): string | null {
  const name = canonical(zone)
  return getCountries().find((country) => zonesOf(country).has(name)) ?? null
}

function zonesOf(country: string): Set<string> {
  // TypeScript does not know of it yet.
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones(): string[] | undefined }
  return new Set((locale.getTimeZones() ?? []).map(canonical))
}

function canonical(zone: string): string {
  return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
}
