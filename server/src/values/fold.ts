/**
 * What two words have in common if people take them for the same: "STRASSE" and "Straße", "Müller" and "muller". For
 * words that are looked up in memory; text in the database is folded by normalize_text(). Pure: the web may use it too.
 */

const MARKS = /\p{M}+/gu
/** Letters that are no base and mark, and what unaccent makes of them. */
const LETTERS: Record<string, string> = {
  ß: 'ss',
  ẞ: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
}
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g')
const PLAIN = /^[\u0020-\u007e]*$/

/** A word without case, accents and the width of its letters. */
export function foldWord(word: string): string {
  if (PLAIN.test(word)) return word.toLowerCase()
  const base = word.normalize('NFKD').replace(MARKS, '').toLowerCase()
  return base.replace(LETTER, (letter) => LETTERS[letter] ?? letter).normalize('NFC')
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
