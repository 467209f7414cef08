import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatAgo, formatCalendarDay, formatMoney } from './format.ts'

describe('values as people read them', () => {
  test('money keeps every digit that a float would lose', () => {
    assert.match(formatMoney('99999999999999.9999', 'EUR'), /99.?999.?999.?999.?999[.,]9999/)
  })

  test('money has the digits of its currency', () => {
    assert.match(formatMoney('1234.5', 'EUR'), /1.?234[.,]50/)
    assert.match(formatMoney('1234', 'JPY'), /1.?234(?![.,]\d)/)
    assert.match(formatMoney('1.5', 'KWD'), /1[.,]500/)
  })

  test('a calendar day is the same day in every time zone', () => {
    assert.match(formatCalendarDay('2026-03-01'), /\b0?1\b/)
  })

  test('time is told in its largest whole unit', () => {
    const now_ms = Date.parse('2026-06-15T12:00:00Z')
    assert.match(formatAgo('2026-06-15T11:59:50Z', now_ms), /now/)
    assert.match(formatAgo('2026-06-15T09:00:00Z', now_ms), /3/)
    assert.match(formatAgo('2026-04-10T12:00:00Z', now_ms), /2/)
  })
})
