/**
 * What text is, whatever the door it comes in by. `textFault` says what cannot be kept at all; everything else is
 * cleaned: NFC, without control characters and what has no width, without blanks at its ends. Cleaning what is clean
 * changes nothing. Pure: the web uses it too.
 */

/** What ends a line or holds its place: in a line these are blanks. */
const OTHER_BREAKS = '\\v\\f\\u001c-\\u001f\\u0085\\u2028\\u2029'
const BREAKS = `\\t\\n\\r${OTHER_BREAKS}`
const BLANK_RUN = new RegExp(`[\\s${BREAKS}]+`, 'gu')
const HAS_BREAK = new RegExp(`[${BREAKS}]`, 'u')
const LINE_ENDS = new RegExp(`\\r\\n?|[${OTHER_BREAKS}]`, 'gu')
/** Controls, soft hyphens, zero-width blanks and what once set out annotations. */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are taken out.
  /[\u0001-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]/g
/** Marks of direction: prose needs them, in a line they come along when one copies from elsewhere. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
/** Letters of tags that nobody sees, but for the flags (England's) that are written with them. */
const TAGS = /(\u{1F3F4}[\u{E0061}-\u{E007A}\u{E0030}-\u{E0039}]+\u{E007F})|[\u{E0000}-\u{E007F}]/gu
/** Joiners: in Persian, Indic scripts and emoji they belong to the text. */
const JOINERS = /(?:\u200c|\u200d)+/g
/** Letters that have nothing to join. */
const UNJOINED = /[\p{Script=Latin}\u0021-\u007e]/u
/** Looks like nothing at the ends of a text: blanks, joiners, fillers. */
const EDGE = /[\s\u2800\u3164\uffa0]|\u200c|\u200d/u
/** Nothing that anybody sees. */
const NOTHING = /^[\s\u2800\p{Default_Ignorable_Code_Point}]*$/u
/** Most text is this, and clean. */
const PLAIN = /^[\u0021-\u007e]+(?: [\u0021-\u007e]+)*$/
const SHOWN_LENGTH_MAX = 60
/** Longest cluster that is looked at as one; longer ones are only made to be a nuisance. */
const CLUSTER_UNITS_MAX = 32

/** Why text cannot be kept, as a sentence; undefined if it can. Nothing mends these: what was meant is not known. */
export function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'It holds a NUL character, which cannot be kept.'
  if (!text.isWellFormed()) return 'It holds half of a character (a lone surrogate), which cannot be kept.'
  if (text.includes('\ufffd')) {
    return 'It holds “\ufffd”, which stands for letters that were lost: it was read in another encoding than it was written in.'
  }
  return undefined
}

/** One line of text, cleaned; '' for what people see as empty. Tabs and line breaks become blanks. See textFault. */
export function cleanLine(text: string): string {
  if (PLAIN.test(text)) return text
  const line = withoutInvisible(text.normalize('NFC').replace(DIRECTION, ''))
  return trimmed(line.replace(BLANK_RUN, (run) => (HAS_BREAK.test(run) ? ' ' : run))).normalize('NFC')
}

/** Text of several lines, cleaned; lines end with \n, tabs and marks of direction stay. See textFault. */
export function cleanText(text: string): string {
  if (PLAIN.test(text)) return text
  return trimmed(withoutInvisible(text.normalize('NFC').replace(LINE_ENDS, '\n'))).normalize('NFC')
}

function withoutInvisible(text: string): string {
  const seen = text.replace(INVISIBLE, '').replace(TAGS, (_, flag) => flag ?? '')
  return seen.replace(JOINERS, (run, at: number) => {
    const before = characterBefore(seen, at)
    const after = String.fromCodePoint(seen.codePointAt(at + run.length) ?? 0x20)
    if (EDGE.test(before) || EDGE.test(after)) return ''
    return UNJOINED.test(before) && UNJOINED.test(after) ? '' : run.charAt(0)
  })
}

function characterBefore(text: string, at: number): string {
  const unit = text.charAt(at - 1)
  if (unit === '') return ' '
  return /[\udc00-\udfff]/.test(unit) ? text.slice(at - 2, at) : unit
}

/** In one pass: a pattern that looks for blanks before the end would try from each of them. */
function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && EDGE.test(text.charAt(start))) start++
  while (end > start && EDGE.test(text.charAt(end - 1))) end--
  return NOTHING.test(text) ? '' : text.slice(start, end)
}

/** Text for a message or a place with little room: whole characters as people count them, "…" for the rest. */
export function shortened(text: string, lengthMax: number = SHOWN_LENGTH_MAX): string {
  const safe = (part: string) => part.toWellFormed().replaceAll('\0', '\ufffd')
  if (text.length <= lengthMax) return safe(text)
  const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' })
  let kept = ''
  let count = 0
  for (const { segment } of clusters.segment(text.slice(0, lengthMax * CLUSTER_UNITS_MAX))) {
    if (count === lengthMax || segment.length > CLUSTER_UNITS_MAX) break
    kept += segment
    count++
  }
  return kept.length === text.length ? safe(text) : `${safe(kept)}…`
}

/** A value as a message quotes it: shortened, in quotes. Always text that JSON and PostgreSQL can hold. */
export function shown(text: string): string {
  return `"${shortened(text)}"`
}
