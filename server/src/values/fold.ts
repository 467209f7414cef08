/**
 * What two words have in common if people take them for the same: "STRASSE" and "Straße", "Müller" and "muller".
 * normalize_text() for words that are looked up in memory; values/comparison.test.ts holds the two together. Pure: the web
 * may use it too.
 */

/** What normalize_text() in SQL leaves out too: accents, points of vowels, and what nobody sees. */
const LEFT_OUT =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: the marks themselves are meant, whatever they stand on.
  /[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u{e0000}-\u{e01ef}]+/gu
/** In other scripts a mark makes another letter: и and й, ハ and パ, क and कि. */
const ACCENTED = /[\p{Script=Latin}\p{Script=Greek}]/gu
const BLANKS = /\s+/gu
/** Letters and signs that are no base and mark, and what they are taken for. */
const TAKEN_FOR: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ł: 'l',
  ŋ: 'n',
  ŧ: 't',
  ĸ: 'q',
  ı: 'i',
  ς: 'σ',
  ё: 'е',
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ٱ: 'ا',
  ى: 'ي',
  ة: 'ه',
  ...each('ʻʼʹ‘’‛′`´', () => "'"),
  ...each('‐‑‒–—―−', () => '-'),
  ...each('٠١٢٣٤٥٦٧٨٩', (place) => String(place)),
  ...each('۰۱۲۳۴۵۶۷۸۹', (place) => String(place)),
}
const OTHER = new RegExp(`[${Object.keys(TAKEN_FOR).join('')}]`, 'gu')
const PLAIN = /^[!-~]+$/

function each(signs: string, meaning: (place: number) => string): Record<string, string> {
  return Object.fromEntries(Array.from(signs, (sign, place) => [sign, meaning(place)]))
}

/** A word without case, accents and the width and kind of its letters and signs. */
export function foldWord(word: string): string {
  if (PLAIN.test(word)) return word.replaceAll('`', "'").toLowerCase()
  // The acute accent first, or it would be a blank with an accent.
  const clean = word.replaceAll('´', "'").normalize('NFKC').replace(LEFT_OUT, '')
  const base = clean
    .replace(ACCENTED, (letter) => letter.normalize('NFD').replace(LEFT_OUT, ''))
    .toLowerCase()
    .replace(LEFT_OUT, '')
  return base
    .replace(OTHER, (sign) => TAKEN_FOR[sign] ?? sign)
    .replace(BLANKS, ' ')
    .trim()
}

/** Words, each with what it stands for. The exact spelling comes first, then the only one that folds alike. */
export class WordMap<T> {
  readonly #exact = new Map<string, T>()
  /** Null where several words with different meanings fold alike. */
  readonly #folded = new Map<string, { meaning: T } | null>()

  constructor(entries: Iterable<readonly [word: string, meaning: T]>) {
    for (const [word, meaning] of entries) {
      this.#exact.set(word, meaning)
      const key = foldWord(word)
      const known = this.#folded.get(key)
      if (known === undefined) this.#folded.set(key, { meaning })
      else if (known?.meaning !== meaning) this.#folded.set(key, null)
    }
  }

  get size(): number {
    return this.#exact.size
  }

  /** Undefined if no word is like it, or several are that mean different things. */
  get(word: string): T | undefined {
    return this.#exact.get(word) ?? this.#folded.get(foldWord(word))?.meaning
  }
}
