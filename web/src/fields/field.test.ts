import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { chooseNumbers, type NumberChoice, numberChoices } from '../numbers.ts'
import {
  changeBack,
  changeByOption,
  optionOf,
  type RecordField,
  readTyped,
  textOf,
  typedOf,
} from './field.ts'

interface Person {
  id: number
  version: number
  city: string | null
  first_name: string
  seats: number | null
  company_id: number | null
  company_name: string | null
  active: boolean
  price: string
  currency: string
}
const person: Person = {
  id: 1,
  version: 3,
  city: 'Oslo',
  first_name: 'Ada',
  seats: null,
  company_id: 7,
  company_name: 'Acme',
  active: true,
  price: '12345678901234.5678',
  currency: 'EUR',
}
const city: RecordField<Person> = { name: 'city', label: 'City', kind: 'text', nullable: true }
const firstName: RecordField<Person> = { name: 'first_name', label: 'First name', kind: 'text' }
const seats: RecordField<Person> = { name: 'seats', label: 'Seats', kind: 'number', nullable: true }
const active: RecordField<Person> = { name: 'active', label: 'Active', kind: 'boolean' }
const price: RecordField<Person> = { name: 'price', label: 'Price', kind: 'money', currencyField: 'currency' }
const company: RecordField<Person> = {
  name: 'company_id',
  label: 'Company',
  kind: 'record',
  nameField: 'company_name',
  options: [],
  nullable: true,
}

function sentBy(field: RecordField<Person>, text: string, row = person) {
  const reading = readTyped(field, row, text)
  return 'refused' in reading ? reading : reading.change?.sent
}
function refusedBy(field: RecordField<Person>, text: string): string {
  const reading = readTyped(field, person, text)
  return 'refused' in reading ? reading.refused : ''
}

describe('edits of a field', () => {
  afterEach(() => chooseNumbers('browser'))

  test('typing the same value, or blanks around it, changes nothing', () => {
    assert.equal(sentBy(city, ' Oslo '), undefined)
    assert.equal(sentBy(seats, ''), undefined)
    assert.equal(sentBy(price, '5.00', { ...person, price: '5.0000' }), undefined)
  })

  test('an emptied value is null where the field may be empty, and an empty text where it may not', () => {
    assert.deepEqual(sentBy(city, ''), { city: null })
    assert.deepEqual(sentBy(firstName, ''), { first_name: '' })
    assert.match(refusedBy(price, ''), /cannot be empty/)
  })

  test('numbers are sent as numbers, money as its exact decimal', () => {
    assert.deepEqual(sentBy(seats, '12'), { seats: 12 })
    assert.deepEqual(sentBy(price, '0.10'), { price: '0.1' })
    assert.deepEqual(sentBy(price, '€0.10'), { price: '0.1' })
  })

  const typedNumbers: [NumberChoice, text: string, seats: number | undefined][] = [
    ['decimal_point', '1,000', 1_000],
    ['decimal_point', '12 000', 12_000],
    ['decimal_point', '1.234,5', undefined],
    ['decimal_point', 'approx 300', undefined],
    ['decimal_point', '1,00', undefined],
    ['decimal_point', '12.5', undefined],
    ['decimal_comma', '1.000', 1_000],
    ['decimal_comma', '1,000', 1],
    ['decimal_comma', '1.00', undefined],
    ['swiss', '1’000', 1_000],
    ['indian', '1,00,000', 100_000],
    ['decimal_comma_blank', '1\u202f000', 1_000],
  ]
  for (const [choice, text, value] of typedNumbers) {
    test(`“${text}” typed as a whole number by somebody who writes ${choice} is ${value ?? 'refused'}`, () => {
      chooseNumbers(choice)
      if (value === undefined) assert.notEqual(refusedBy(seats, text), '')
      else assert.deepEqual(sentBy(seats, text), { seats: value })
    })
  }

  test('what no price can be is refused in words for people', () => {
    chooseNumbers('decimal_comma')
    assert.deepEqual(sentBy(price, '1,0055'), { price: '1.0055' })
    assert.match(refusedBy(price, '1,00555'), /more than 4 digits/)
    assert.match(refusedBy(price, '$5'), /not an amount in EUR/)
    assert.equal(refusedBy(price, '-5'), 'A price is zero or more.')
    assert.equal(refusedBy(price, '4006381333931'), 'This is too large for a price.')
  })

  test('a number outside of its bounds is refused with the bound, as the person writes it', () => {
    chooseNumbers('decimal_comma')
    const people: RecordField<Person> = { ...seats, least: 0, most: 10_000_000 }
    assert.deepEqual(sentBy(people, '10.000.000'), { seats: 10_000_000 })
    assert.equal(refusedBy(people, '10.000.001'), 'Enter 10.000.000 or less.')
    assert.equal(refusedBy(people, '-1'), 'Enter 0 or more.')
  })

  test('a number that is edited begins as what it is read from', () => {
    const digits = fc.bigInt({ min: 0n, max: 9_999_999_999n })
    fc.assert(
      fc.property(fc.constantFrom(...numberChoices), digits, fc.nat(9_999), (choice, whole, fraction) => {
        chooseNumbers(choice)
        const row = {
          ...person,
          price: `${whole}.${String(fraction).padStart(4, '0')}`,
          seats: Number(whole),
        }
        assert.deepEqual(readTyped(price, row, typedOf(price, row)), { change: undefined })
        const sent = sentBy(price, typedOf(price, row), { ...row, price: '123456789012.5' })
        assert.deepEqual(sent && 'price' in sent && Number(sent.price), Number(row.price))
        assert.deepEqual(sentBy(seats, typedOf(seats, row), { ...row, seats: null }), { seats: row.seats })
      }),
    )
  })

  test('a day is one of the calendar', () => {
    const day: RecordField<Person> = { name: 'city', label: 'Day', kind: 'day' }
    assert.deepEqual(sentBy(day, '2024-02-29'), { city: '2024-02-29' })
    assert.match(refusedBy(day, '2026-02-29'), /not a date/)
    assert.match(refusedBy(day, ''), /cannot be empty/)
    assert.equal(refusedBy(day, '0201-03-04'), 'Choose a day from 1900 to 2199.')
  })

  test('choosing another record sends its id and shows its name', () => {
    const change = changeByOption(company, person, { value: '9', label: 'Blue' })
    assert.deepEqual(change?.sent, { company_id: 9 })
    assert.deepEqual(change?.shown, { company_id: 9, company_name: 'Blue' })
    assert.deepEqual(changeByOption(company, person, null)?.sent, { company_id: null })
    assert.equal(changeByOption(company, person, { value: '7', label: 'Acme' }), undefined)
  })

  test('choosing No sends false', () => {
    const option = optionOf(active, { ...person, active: false })
    assert.deepEqual(changeByOption(active, person, option)?.sent, { active: false })
  })

  test('the way back brings the value and the name that there were', () => {
    assert.deepEqual(changeBack(company, person).shown, { company_id: 7, company_name: 'Acme' })
  })

  test('money is shown to its last digit', () => {
    assert.match(textOf(price, person), /12.?345.?678.?901.?234[.,]5678/)
  })
})
