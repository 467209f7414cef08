import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isUncertain, splitName } from './names.ts'

describe('a full name', () => {
  const cases: [name: string, first: string | null, last: string | null][] = [
    ['John Smith', 'John', 'Smith'],
    ['Smith', null, 'Smith'],
    ['  John   Paul  Smith ', 'John Paul', 'Smith'],
    ['José Pedro Freyre', 'José Pedro', 'Freyre'],
    ['Smith, John', 'John', 'Smith'],
    ['Smith,John', 'John', 'Smith'],
    ['SMITH, JOHN', 'JOHN', 'SMITH'],
    ['Smith,', null, 'Smith'],
    ['Smith-Jones, Mary Ann', 'Mary Ann', 'Smith-Jones'],
    ['Smith, Dr. John', 'Dr. John', 'Smith'],
    ['Smith, John, Jr.', 'John', 'Smith Jr.'],
    ['John Smith, Jr.', 'John', 'Smith Jr.'],
    ['John Smith Jr.', 'John', 'Smith Jr.'],
    ['William Gates III', 'William', 'Gates III'],
    ['Jane Doe, PhD', 'Jane', 'Doe PhD'],
    ['von der Leyen, Ursula', 'Ursula', 'von der Leyen'],
    ['Leyen, Ursula von der', 'Ursula', 'von der Leyen'],
    ['Dr. Anna von der Leyen', 'Dr. Anna', 'von der Leyen'],
    ['Ludwig van Beethoven', 'Ludwig', 'van Beethoven'],
    ['Eddie Van Halen', 'Eddie', 'Van Halen'],
    ['Van Morrison', 'Van', 'Morrison'],
    ['Charles de Gaulle', 'Charles', 'de Gaulle'],
    ['Robert De Niro', 'Robert', 'De Niro'],
    ['Isabel de Castro', 'Isabel', 'de Castro'],
    ['Leonardo da Vinci', 'Leonardo', 'da Vinci'],
    ['Mohammed bin Salman', 'Mohammed', 'bin Salman'],
    ['Khalid al-Rashid', 'Khalid', 'al-Rashid'],
    ['Bashar al Assad', 'Bashar', 'al Assad'],
    ['José Ortega y Gasset', 'José', 'Ortega y Gasset'],
    ['María del Carmen López', 'María del Carmen', 'López'],
    ['María de la Cruz', 'María', 'de la Cruz'],
    ['Nguyễn Văn Anh', 'Nguyễn Văn', 'Anh'],
    ['DUPONT Jean-Pierre', 'Jean-Pierre', 'DUPONT'],
    ['Jean DUPONT', 'Jean', 'DUPONT'],
    ['JOHN SMITH', 'JOHN', 'SMITH'],
    ['JP Morgan', 'JP', 'Morgan'],
    ['山田太郎', null, '山田太郎'],
    ['山田 太郎', '太郎', '山田'],
    ['山田\u3000太郎', '太郎', '山田'],
    ['김 민수', '민수', '김'],
    ['김민수', null, '김민수'],
    ['ジョン・スミス', 'ジョン', 'スミス'],
    ['Acme, Inc.', null, 'Acme, Inc.'],
    ['Müller & Söhne GmbH', null, 'Müller & Söhne GmbH'],
    ['Smith & Sons', null, 'Smith & Sons'],
    ['Berlin, Paris, Rome', null, 'Berlin, Paris, Rome'],
    ['', null, null],
  ]
  for (const [name, first, last] of cases) {
    test(`${name} is ${first ?? 'nothing'} and ${last ?? 'nothing'}`, () =>
      assert.deepEqual(splitName(name), { first, last }))
  }

  test('loses no letter', () => {
    const word = fc.constantFrom(
      'Ann',
      'von',
      'der',
      'Lee',
      'Jr.',
      ',',
      'GARCÍA',
      '山田',
      '太郎',
      'de',
      'y',
      'Inc',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const name = words.join(' ')
        const letters = (text: string) => [...text.replace(/[\s,]/gu, '')].sort().join('')
        const { first, last } = splitName(name)
        assert.equal(letters(`${first ?? ''}${last ?? ''}`), letters(name))
      }),
    )
  })

  test('of more than two words is uncertain where only its place tells the last one', () => {
    assert.ok(isUncertain('Gabriel García Márquez'))
    for (const certain of [
      'John Smith',
      'Ludwig van Beethoven',
      'García Márquez, Gabriel',
      'Acme Trading Ltd',
    ]) {
      assert.ok(!isUncertain(certain), certain)
    }
  })
})
