import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { changeBack, changeByOption, changeByText, optionOf, type RecordField, textOf } from './field.ts'

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

describe('edits of a field', () => {
  test('typing the same value, or blanks around it, changes nothing', () => {
    assert.equal(changeByText(city, person, ' Oslo '), undefined)
    assert.equal(changeByText(seats, person, ''), undefined)
  })

  test('an emptied value is null where the field may be empty, and an empty text where it may not', () => {
    assert.deepEqual(changeByText(city, person, '')?.sent, { city: null })
    assert.deepEqual(changeByText(firstName, person, '')?.sent, { first_name: '' })
  })

  test('numbers are sent as numbers, money as the decimal that was typed', () => {
    assert.deepEqual(changeByText(seats, person, '12')?.sent, { seats: 12 })
    assert.deepEqual(changeByText(price, person, '0.10')?.sent, { price: '0.10' })
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
