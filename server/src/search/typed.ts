import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

const TERMS_MAX = 5
/** As in search_fold() in SQL. */
const TERM_LENGTH_MAX = 60
const PHONE = /^[\d\s()+./-]+$/
const PHONE_DIGITS_MIN = 3
/** Digits of a country code, which a number may be kept without. */
const COUNTRY_DIGITS_MAX = 3
const NATIONAL_DIGITS_MIN = 6

export interface Typed {
  /** Lists of terms to try one after the other until something is found; none without a letter or digit. */
  readings: string[][]
  /** All as one term, in case it is a number that was typed in parts. */
  joined: string
}

/** What someone typed, folded as the words in the database are. */
export async function readTyped(db: Db, typed: string): Promise<Typed> {
  const text = plain(typed)
  const { rows } = await sql<{ terms: string[]; parts: string[]; joined: string[] }>`
    SELECT search_terms(${text}) AS terms, search_parts(${text}) AS parts,
      search_terms(${text.replace(/\s+/g, '-')}) AS joined`.execute(db)
  const { terms = [], parts = [], joined = [] } = rows[0] ?? {}
  const readings = [...phoneReadings(text), terms, parts].map(bounded).filter(({ length }) => length > 0)
  return {
    readings: readings.filter((reading, at) => readings.findIndex((other) => isSame(reading, other)) === at),
    joined: bounded(joined).join(''),
  }
}

/** Text that PostgreSQL takes: without NUL, and without halves of characters. */
function plain(typed: string): string {
  return typed.replaceAll('\0', ' ').toWellFormed()
}

/** What looks like a phone number is one term: its digits. Then without one to three digits of a country code. */
function phoneReadings(typed: string): string[][] {
  if (!PHONE.test(typed)) return []
  const digits = withoutZeros(typed.replace('(0)', '').replace(/\D/g, ''))
  if (digits.length < PHONE_DIGITS_MIN) return []
  const national = Array.from({ length: COUNTRY_DIGITS_MAX }, (_, n) => withoutZeros(digits.slice(n + 1)))
  return [[digits], ...national.filter(({ length }) => length >= NATIONAL_DIGITS_MIN).map((rest) => [rest])]
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+/, '')
}

function bounded(terms: string[]): string[] {
  return [...new Set(terms.map((term) => [...term].slice(0, TERM_LENGTH_MAX).join('')))].slice(0, TERMS_MAX)
}

function isSame(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((term, at) => term === b[at])
}
