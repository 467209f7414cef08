import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  calendarDay,
  dayOf,
  isDay,
  isMoment,
  momentAt,
  monthOf,
  quarterOf,
  readMoment,
  startOfDay,
  startOfNextDay,
  today,
} from './days.ts'

const zones = Intl.supportedValuesOf('timeZone')
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** The day of a moment as Intl says it, which shares no code with what is tested. */
function dayByIntl(moment: string | number, zone: string): string {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    })
    formats.set(zone, format)
  }
  const parts = new Map(format.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]))
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`
}

const anyZone = fc.constantFrom(...zones)
const anyDay = (from: string, to: string) =>
  fc
    .integer({ min: Date.parse(from) / DAY_MS, max: Date.parse(to) / DAY_MS })
    .map((days) => new Date(days * DAY_MS).toISOString().slice(0, 10))

describe('a day in a zone', () => {
  const cases: [zone: string, day: string, start: string, hours: number][] = [
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z', 23],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00.000Z', 25],
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00.000Z', 23],
    ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000Z', 25],
    ['Pacific/Auckland', '2026-04-05', '2026-04-04T11:00:00.000Z', 25],
    ['Pacific/Auckland', '2026-09-27', '2026-09-26T12:00:00.000Z', 23],
    ['Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00:00.000Z', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', '2026-10-03T13:30:00.000Z', 23.5],
    // Brazil has had no summer time since 2019; until then it began at midnight.
    ['America/Sao_Paulo', '2026-10-18', '2026-10-18T03:00:00.000Z', 24],
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z', 23],
    ['America/Sao_Paulo', '2018-02-17', '2018-02-17T02:00:00.000Z', 25],
    ['Asia/Kathmandu', '2026-01-01', '2025-12-31T18:15:00.000Z', 24],
    ['Asia/Kathmandu', '2028-02-29', '2028-02-28T18:15:00.000Z', 24],
    // Midnight is not on the clock: the day begins at 01:00.
    ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00:00.000Z', 23],
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z', 23],
    ['America/Havana', '2026-03-08', '2026-03-08T05:00:00.000Z', 23],
    ['America/Asuncion', '2023-10-01', '2023-10-01T04:00:00.000Z', 23],
    // Midnight comes twice: the day begins at the first.
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z', 25],
    // Samoa went from Thursday to Saturday.
    ['Pacific/Apia', '2011-12-29', '2011-12-29T10:00:00.000Z', 24],
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z', 0],
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00.000Z', 24],
    ['Pacific/Kiritimati', '2026-12-31', '2026-12-30T10:00:00.000Z', 24],
  ]
  for (const [zone, day, start, hours] of cases) {
    test(`${day} in ${zone} has ${hours} hours`, () => {
      assert.equal(startOfDay(day, zone), start)
      assert.equal((Date.parse(startOfNextDay(day, zone)) - Date.parse(start)) / HOUR_MS, hours)
    })
  }

  test('is every moment from its start to the next day’s, and no other, in all zones', () => {
    const property = fc.property(
      anyZone,
      anyDay('2012-01-01', '2100-01-01'),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (zone, day, share) => {
        const [start_ms, end_ms] = [startOfDay(day, zone), startOfNextDay(day, zone)].map(Date.parse) as [
          number,
          number,
        ] // Two in, two out.
        const inside_ms = start_ms + Math.floor(share * (end_ms - start_ms))
        for (const moment_ms of [start_ms, inside_ms, end_ms - 1])
          assert.equal(dayByIntl(moment_ms, zone), day)
        assert.ok(dayByIntl(start_ms - 1, zone) < day)
        assert.ok(dayByIntl(end_ms, zone) > day)
      },
    )
    fc.assert(property, { numRuns: 2_000 })
  })

  test('is found of every moment as Intl finds it, in all zones', () => {
    const moment = fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    const property = fc.property(anyZone, moment, (zone, date) => {
      assert.equal(dayOf(date.toISOString(), zone), dayByIntl(date.getTime(), zone))
    })
    fc.assert(property, { numRuns: 2_000 })
  })

  test('New Year comes at another moment to each zone', () => {
    const moment = '2025-12-31T23:30:00Z'
    assert.equal(dayOf(moment, 'UTC'), '2025-12-31')
    assert.equal(dayOf(moment, 'Europe/Berlin'), '2026-01-01')
    assert.equal(dayOf(moment, 'America/New_York'), '2025-12-31')
    assert.equal(dayOf('2025-12-31T18:15:00Z', 'Asia/Kathmandu'), '2026-01-01')
    assert.equal(dayOf('2025-12-31T18:14:59.999999Z', 'Asia/Kathmandu'), '2025-12-31')
  })

  test('today is the day of now', () => {
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Europe/Berlin']) {
      const [before, day, after] = [dayByIntl(Date.now(), zone), today(zone), dayByIntl(Date.now(), zone)]
      assert.ok(day === before || day === after)
    }
  })
})

describe('the calendar', () => {
  test('knows its days', () => {
    for (const day of ['2024-02-29', '0001-01-01', '9999-12-31']) assert.ok(isDay(day), day)
    for (const text of [
      '2026-02-29',
      '0000-01-01',
      '2026-1-1',
      '2026-13-01',
      '2026-01-01T00:00Z',
      '',
      '20260101',
    ]) {
      assert.ok(!isDay(text), text)
    }
    assert.equal(calendarDay(2028, 2, 29), '2028-02-29')
    assert.equal(calendarDay(2026, 2, 29), undefined)
    assert.equal(calendarDay(Number.NaN, 1, 1), undefined)
  })

  test('has months and quarters', () => {
    assert.equal(monthOf('2028-02-29'), '2028-02-01')
    assert.deepEqual(quarterOf('2026-01-01'), { from: '2026-01-01', to: '2026-04-01' })
    assert.deepEqual(quarterOf('2026-09-30'), { from: '2026-07-01', to: '2026-10-01' })
    assert.deepEqual(quarterOf('2026-12-31'), { from: '2026-10-01', to: '2027-01-01' })
  })
})

describe('a timestamp', () => {
  test('is a moment of itself if it has an offset', () => {
    for (const text of ['2026-03-10T08:00:00Z', '2026-03-10 08:00:00.123+02:00', '2026-03-10t08:00z']) {
      assert.ok(isMoment(text), text)
    }
    for (const text of [
      '2026-03-10',
      '2026-03-10T08:00:00',
      '2026-02-30T08:00:00Z',
      '2026-03-10T08:00:00+20:00',
      'x',
    ]) {
      assert.ok(!isMoment(text), text)
    }
  })

  const understood: [text: string, moment: string][] = [
    ['2026-05-01 09:59:00 +0200', '2026-05-01T07:59:00Z'],
    ['2026-05-01T09:59:00+02:00', '2026-05-01T07:59:00Z'],
    ['2026-05-01 09:59:00 +02', '2026-05-01T07:59:00Z'],
    ['2026-05-01 09:59:00 UTC', '2026-05-01T09:59:00Z'],
    ['2026-05-01 09:59 GMT', '2026-05-01T09:59:00Z'],
    ['2026-05-01T09:59:00 GMT+0200', '2026-05-01T07:59:00Z'],
    ['2026-05-01 09:59 utc-3:30', '2026-05-01T13:29:00Z'],
    ['2026-05-01 09:59 \u221203:30', '2026-05-01T13:29:00Z'],
    ['2026-05-01t09:59:00z', '2026-05-01T09:59:00Z'],
    ['2026-05-01T09:59:00Z[Europe/Berlin]', '2026-05-01T09:59:00Z'],
    ['2026-05-01T09:59:00+02:00[Europe/Berlin]', '2026-05-01T07:59:00Z'],
    ['2026-05-01T09:59[America/New_York]', '2026-05-01T13:59:00Z'],
    ['2026-05-01 09:59:00 +0545', '2026-05-01T04:14:00Z'],
    ['2026-05-01 09:59:00-00:00', '2026-05-01T09:59:00Z'],
    ['2026-05-01 09:59:00.123456789 Z', '2026-05-01T09:59:00.123456Z'],
    ['1969-12-31T23:59:59.9999999Z', '1969-12-31T23:59:59.999999Z'],
    ['2026-05-01T09:59:00,5Z', '2026-05-01T09:59:00.5Z'],
    ['2026-12-31T24:00Z', '2027-01-01T00:00:00Z'],
    ['2026-5-1 9:59 PM Z', '2026-05-01T21:59:00Z'],
    ['2026-05-01 12:30 a.m. +0200', '2026-04-30T22:30:00Z'],
    // Without an offset it is a time of the zone: Berlin.
    ['2026-05-01 09:59', '2026-05-01T07:59:00Z'],
    ['2026-01-15T09:59', '2026-01-15T08:59:00Z'],
    ['2026-12-31 24:00:00', '2026-12-31T23:00:00Z'],
    [' 2026-05-01 09:59 ', '2026-05-01T07:59:00Z'],
  ]
  for (const [text, moment] of understood) {
    test(`"${text}" is ${moment}`, () => assert.equal(readMoment(text, 'Europe/Berlin'), moment))
  }

  const refused = [
    '2026-02-29 10:00',
    '2026-05-01 24:01',
    '2026-05-01 25:00',
    '2026-05-01 10:60',
    '2026-05-01 10:00:60',
    '2026-05-01 13:00 PM',
    '2026-05-01 0:30 AM',
    '2026-05-01 10:00 +16',
    '2026-05-01 10:00 +123',
    '2026-05-01 10:00 +02:60',
    // Letters stand for several zones: CST is in Chicago, Havana and Shanghai.
    '2026-05-01 10:00 CST',
    // New York never was 7 hours behind.
    '2026-05-01T10:00-07:00[America/New_York]',
    '2026-05-01T10:00[Mars/Olympus]',
    '2026-05-01',
    '10:00',
    'now',
    '',
  ]
  for (const text of refused) {
    test(`"${text}" is not understood`, () => assert.equal(readMoment(text, 'Europe/Berlin'), undefined))
  }

  test('of a time that the clock leaves out is as much later', () => {
    assert.equal(momentAt('2026-03-29', '02:30', 'Europe/Berlin'), '2026-03-29T01:30:00Z')
    assert.equal(momentAt('2026-10-04', '02:15', 'Australia/Lord_Howe'), '2026-10-03T15:45:00Z')
    assert.equal(
      momentAt('2026-03-29', '00:00', 'Asia/Beirut'),
      startOfDay('2026-03-29', 'Asia/Beirut').replace('.000', ''),
    )
    assert.equal(momentAt('2011-12-30', '12:00', 'Pacific/Apia'), '2011-12-30T22:00:00Z')
  })

  test('of a time that the clock shows twice is the first', () => {
    assert.equal(momentAt('2026-10-25', '02:30', 'Europe/Berlin'), '2026-10-25T00:30:00Z')
    assert.equal(momentAt('2026-10-25', '02:30 +0100', 'Europe/Berlin'), '2026-10-25T01:30:00Z')
    assert.equal(momentAt('2026-11-01', '00:30', 'America/Havana'), '2026-11-01T04:30:00Z')
    assert.equal(momentAt('2026-04-05', '01:45', 'Australia/Lord_Howe'), '2026-04-04T14:45:00Z')
  })

  test('that Intl shows in any zone is read as the same moment, but for the hour shown twice', () => {
    const moment = fc.date({ min: new Date('1980-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    const property = fc.property(anyZone, moment, (zone, date) => {
      const second_ms = Math.floor(date.getTime() / 1_000) * 1_000
      const shown = new Date(second_ms).toLocaleString('sv', { timeZone: zone })
      const read_ms = Date.parse(readMoment(shown, zone) ?? '')
      assert.ok(read_ms <= second_ms)
      assert.equal(new Date(read_ms).toLocaleString('sv', { timeZone: zone }), shown)
    })
    fc.assert(property, { numRuns: 2_000 })
  })

  test('with any offset is the moment that JavaScript reads', () => {
    const offset = fc
      .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 59 }))
      .map(
        ([sign, hours, minutes]) =>
          [sign, String(hours).padStart(2, '0'), String(minutes).padStart(2, '0')] as const,
      )
    const moment = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-01-01'), noInvalidDate: true })
    const property = fc.property(
      moment,
      offset,
      fc.constantFrom('', ' '),
      anyZone,
      (date, [sign, h, m], blank, zone) => {
        const wall = date.toISOString().slice(0, -1)
        const expected_ms = Date.parse(`${wall}${sign}${h}:${m}`)
        for (const written of [`${sign}${h}:${m}`, `${sign}${h}${m}`]) {
          const read = readMoment(`${wall.replace('T', ' ')}${blank}${written}`, zone)
          assert.equal(Date.parse(read ?? ''), expected_ms)
        }
      },
    )
    fc.assert(property, { numRuns: 500 })
  })
})
