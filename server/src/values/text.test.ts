import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cleanLine, cleanText, shortened, shown, textFault } from './text.ts'

/** Text of all that matters to cleaning, close together. */
const awkward = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ' ',
        '\t',
        '\r\n',
        '\u000b',
        '\u00a0',
        '\u200b',
        '\u200c',
        '\u200d',
        '\ufeff',
        '\u00ad',
        '\u202a',
      ),
      fc.constantFrom(
        'a',
        'é',
        'e\u0301',
        'Å',
        '\u212b',
        'ß',
        'می',
        'خ',
        '👩',
        '\ufe0f',
        '\u{E0100}',
        '葛',
        '\u1fef',
        '\u3164',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

describe('a line is kept without what nobody sees', () => {
  const cases: [what: string, typed: string, kept: string][] = [
    ['blanks at its ends', '  Ann \u00a0', 'Ann'],
    ['a blank of Japanese keyboards at its end', '山田\u3000', '山田'],
    ['a zero-width blank', 'x\u200by', 'xy'],
    ['a byte order mark', '\ufeffAnn', 'Ann'],
    ['marks of direction that came along', '\u202a+49 30 123\u202c', '+49 30 123'],
    ['a soft hyphen', 'Donau\u00addampf', 'Donaudampf'],
    ['a bell', 'An\u0007n', 'Ann'],
    ['letters of tags', 'Ann\u{E0041}\u{E0042}', 'Ann'],
    ['a joiner between letters that have nothing to join', 'An\u200dn', 'Ann'],
    ['a joiner at an end', 'می\u200c', 'می'],
    ['a joiner beside a blank', 'می \u200cخ', 'می خ'],
    ['nothing else than it', ' \u200b\u200d\ufeff\u3164\t', ''],
    ['a sign that changes the look of nothing', '\ufe0f \u{E0100}', ''],
  ]
  for (const [what, typed, kept] of cases) {
    test(`without ${what}`, () => assert.equal(cleanLine(typed), kept))
  }

  test('breaks and tabs are blanks', () => {
    assert.equal(cleanLine('Ann\u000bMarie'), 'Ann Marie')
    assert.equal(cleanLine('12 Main St\r\n  Floor 2'), '12 Main St Floor 2')
    assert.equal(cleanLine('a\tb\u2028c\u0085d\fe'), 'a b c d e')
  })

  test('letters with accents are one character', () => {
    assert.equal(cleanLine('Jose\u0301'), 'José')
    assert.equal(cleanLine('Jose\u200b\u0301'), 'José')
  })

  for (const kept of [
    '👩‍👩‍👧',
    '🏴‍☠️',
    '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
    'Kaʻahumanu',
    'می‌خواهم',
    'PDF‌ها',
    'ශ්‍රී',
    'محمد الأحمدي',
    'שָׁלוֹם',
    'Anna  Maria',
    'a\u00a0b',
    '葛\u{E0100}飾区',
    'क्‍ष',
  ]) {
    test(`${kept} stays as it is`, () => assert.equal(cleanLine(kept), kept))
  }
})

describe('text of several lines', () => {
  test('keeps its lines, tabs and marks of direction, each line ended alike', () => {
    assert.equal(cleanText('one\r\n\ttwo\rthree\u2028four\n'), 'one\n\ttwo\nthree\nfour')
    assert.equal(cleanText('(abc)\u200f שלום'), '(abc)\u200f שלום')
  })
  test('loses what nobody sees', () => {
    assert.equal(cleanText('\ufeffa\u200bb\u0001 '), 'ab')
    assert.equal(cleanText('\u202a\n\u200f'), '')
  })
})

test('cleaning what is clean changes nothing, and leaves no blank at an end', () => {
  fc.assert(
    fc.property(awkward, (typed) => {
      for (const clean of [cleanLine, cleanText]) {
        const once = clean(typed)
        assert.equal(clean(once), once)
        assert.equal(once, once.trim())
        assert.equal(once.normalize('NFC'), once)
      }
    }),
    { numRuns: 3_000 },
  )
})

test('long runs of blanks are cleaned in one pass', () => {
  const long = `a${' '.repeat(500_000)}b\n${'\t'.repeat(500_000)}c`
  assert.equal(cleanLine(long).length, 500_004)
  assert.equal(cleanText(long).length, long.length)
})

describe('what cannot be kept is told, not mended', () => {
  for (const [what, text] of [
    ['NUL', 'a\0'],
    ['half of a character', 'a\ud83d'],
    ['the place of lost letters', 'M\ufffdller'],
  ] as const) {
    test(what, () => assert.match(textFault(text) ?? '', /cannot be kept|were lost/))
  }
  test('anything else can', () => assert.equal(textFault('Ann\u0001\u200b 👩‍👩‍👧'), undefined))
})

describe('text in messages', () => {
  test('ends between characters as people count them', () => {
    assert.equal(shortened('abcdef', 3), 'abc…')
    assert.equal(shortened('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 2), '👩‍👩‍👧👩‍👩‍👧…')
    assert.equal(shortened('👩‍👩‍👧👩‍👩‍👧', 2), '👩‍👩‍👧👩‍👩‍👧')
    assert.equal(shown('Ann'), '"Ann"')
  })
  test('can be kept, whatever the value was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        assert.ok(shown(text.slice(1)).isWellFormed())
        assert.ok(!shown(`\0${text}`).includes('\0'))
      }),
    )
  })
})
