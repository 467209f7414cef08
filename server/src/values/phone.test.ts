import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import examples from 'libphonenumber-js/examples.mobile.json'
import { getExampleNumber } from 'libphonenumber-js/min'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import { countries } from './countries.ts'
import { countryOfTimeZone, phoneKeyBeginnings, phoneKeys, phoneLink } from './phone.ts'

let app: TestApp
let german: Member
before(async () => {
  app = await startTestApp()
  german = await (await createWorkspace(app, 'German')).join('owner')
  await german.ok('PATCH /api/workspace', { body: { version: 1, country: 'DE' } })
})
after(() => app.close())

async function keysOf(written: string[]): Promise<string[]> {
  const { rows } = await app.pool.query<{ key: string }>(
    'SELECT phone_key(written) AS key FROM unnest($1::text[]) WITH ORDINALITY AS w (written, place) ORDER BY place',
    [written],
  )
  return rows.map(({ key }) => key)
}

describe('a call goes to the number that was meant', () => {
  const calls: [typed: string, country: string | null, link: string | null][] = [
    ['+49 (0)30 1234-5678', null, 'tel:+493012345678'],
    ['49 (0)30 12345678', null, 'tel:+493012345678'],
    ['+44 (0) 20 7946 0000', 'DE', 'tel:+442079460000'],
    ['+49 (0)30 1234-5678 ext. 42', 'DE', 'tel:+493012345678;ext=42'],
    ['030 / 1234 5678 Durchwahl 42', 'DE', 'tel:+493012345678;ext=42'],
    ['(212) 555-0123 x9', 'US', 'tel:+12125550123;ext=9'],
    ['tel:+49-30-12345678;ext=7', null, 'tel:+493012345678;ext=7'],
    ['0049 30 12345678', null, 'tel:+493012345678'],
    ['011 49 30 12345678', 'US', 'tel:+493012345678'],
    ['＋４９ ３０ １２３４５６７８', null, 'tel:+493012345678'],
    ['030 12345678', null, 'tel:03012345678'],
    ['06 1234 5678', 'IT', 'tel:+390612345678'],
    ['8 (495) 123-45-67 доб. 42', 'RU', 'tel:+74951234567;ext=42'],
    ['112', 'DE', 'tel:112'],
    ['*100#', 'DE', 'tel:*100'],
    ['ask at the desk', 'DE', null],
  ]
  for (const [typed, country, link] of calls) {
    test(`${typed} from ${country ?? 'anywhere'}: ${link}`, () =>
      assert.equal(phoneLink(typed, country), link))
  }

  test('and the record says where', async () => {
    const phone = '030 1234-5678 ext. 42'
    const { id, phone_link } = await german.ok('POST /api/customers', { body: { last_name: 'Call', phone } })
    assert.equal(phone_link, 'tel:+493012345678;ext=42')
    const changed = await german.ok('PATCH /api/customers/:id', {
      params: { id },
      body: { version: 1, phone: '+44 (0) 20 7946 0000' },
    })
    assert.equal(changed.phone_link, 'tel:+442079460000')
    const company = await german.ok('POST /api/companies', { body: { name: 'Call', phone } })
    assert.equal(company.phone_link, 'tel:+493012345678;ext=42')
    const representative = await german.ok('POST /api/sales-representatives', { body: { last_name: 'Call' } })
    assert.equal(representative.phone_link, null)
  })
})

describe('a phone is found by any spelling', () => {
  const spellings = [
    '+49 (0)30 1234-5678',
    '+49 30 12345678',
    '0049 30 1234 5678',
    '0049 (0) 30 12345678',
    '030 12345678',
    '(030) 1234-5678',
    '030/12345678',
    '493012345678',
    '49 (0)30 12345678',
    '+49 030 12345678',
    '０３０ １２３４５６７８',
    '٠٣٠ ١٢٣٤٥٦٧٨',
    'tel:+49-30-12345678',
    '030 12345678 ext. 42',
    '+49 30 12345678 x42',
    '+49 30 12345678;ext=42',
  ]
  const ids = new Map<string, number>()
  before(async () => {
    for (const phone of spellings) {
      ids.set(phone, (await german.ok('POST /api/customers', { body: { last_name: 'Spelt', phone } })).id)
    }
    for (const phone of ['030 12345679', '+30 12345678', '+1 493 012 3456', '12345678'])
      await german.ok('POST /api/customers', { body: { last_name: 'Spelt', phone } })
  })

  async function found(query: Record<string, string>): Promise<number[]> {
    const { items } = await german.ok('GET /api/customers', {
      query: { last_name: 'Spelt', limit: 200, ...query },
    })
    return items.map(({ id }) => id).sort((a, b) => a - b)
  }

  for (const phone of spellings.filter((each) => !/x/.test(each))) {
    test(`${phone} finds them all`, async () => assert.deepEqual(await found({ phone }), [...ids.values()]))
  }

  test('an extension that is asked for counts', async () => {
    const those = spellings.filter((each) => each.endsWith('42')).map((each) => ids.get(each))
    assert.deepEqual(await found({ phone: '+49 30 12345678 ext 42' }), those)
    assert.deepEqual(await found({ phone: '+49 30 12345678 ext 43' }), [])
  })

  test('those with another number are all the others', async () => {
    assert.equal((await found({ 'phone[not]': '+49 30 12345678' })).length, 4)
  })

  test('so does its beginning, national or not', async () => {
    for (const beginning of ['+49 30 1234567', '0049 (0)30 1234567', '030 1234567']) {
      const those = await found({ 'phone[prefix]': beginning })
      const national = those.filter(
        (id) => id === ids.get('030/12345678') || id === ids.get('+49 30 12345678'),
      )
      assert.equal(national.length, 2, beginning)
    }
  })

  test('a word is nobody’s number: neither of those without a phone, nor the beginning of one from abroad', async () => {
    await german.ok('POST /api/customers', { body: { last_name: 'Spelt' } })
    assert.deepEqual(await found({ phone: 'reception' }), [])
    assert.deepEqual(await found({ 'phone[prefix]': 'reception' }), [])
    const everybody = await found({})
    assert.deepEqual(await found({ 'phone[not]': 'reception' }), everybody)
  })

  test('a number of the country abroad is another one at home', async () => {
    const french = await (await createWorkspace(app, 'French')).join('owner')
    await french.ok('PATCH /api/workspace', { body: { version: 1, country: 'FR' } })
    await french.ok('POST /api/customers', { body: { last_name: 'A', phone: '01 23 45 67 89' } })
    const query = { phone: '+33 1 23 45 67 89' }
    assert.equal((await french.ok('GET /api/customers', { query })).items.length, 1)
    await french.ok('PATCH /api/workspace', { body: { version: 2, country: 'DE' } })
    assert.equal((await french.ok('GET /api/customers', { query })).items.length, 0)
  })

  test('what is no number is found by its digits', async () => {
    const { id } = await german.ok('POST /api/customers', { body: { last_name: 'Spelt', phone: 'Box 12' } })
    assert.deepEqual(await found({ phone: '12' }), [id])
  })
})

test('a number of any country is the same in the ways its people write it', async () => {
  const sample = fc.sample(
    fc.record({ country: fc.constantFrom(...countries), last: fc.integer({ min: 0, max: 9 }) }),
    { numRuns: 300, seed: 12 },
  )
  const cases = sample.flatMap(({ country, last }) => {
    const example = getExampleNumber(country, examples)
    const number = example?.number.replace(/\d$/, String(last)) ?? ''
    const link = phoneLink(number, country)
    if (!example || link !== `tel:${number}`) return []
    const code = `+${example.countryCallingCode}`
    const forms = [
      example.formatInternational(),
      example.number,
      `${code} (0)${example.nationalNumber}`,
      `00${example.number.slice(1)}`,
      example.formatNational(),
      `${example.formatNational()} ext. 7`,
    ]
    return forms.map((form) => ({ country, form, number: example.number }))
  })
  assert.ok(cases.length > 1_000)
  const keys = await keysOf(cases.map(({ form }) => form))
  for (const [place, { country, form, number }] of cases.entries()) {
    const known = phoneKeys(number, country).keys
    assert.ok(known.includes(keys[place] ?? ''), `${form} is ${number} in ${country}, but not among ${known}`)
    const beginnings = phoneKeyBeginnings(number.slice(0, -2), country)
    assert.ok(
      form === number ? beginnings.some((each) => keys[place]?.startsWith(each)) : true,
      `${number} begins with ${beginnings}`,
    )
  }
})

test('no text breaks the reading of numbers', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(null, ...countries),
      (typed, country) => {
        phoneKeys(typed, country)
        phoneKeyBeginnings(typed, country)
        assert.match(phoneLink(typed, country) ?? 'tel:0', /^tel:[+*]?\d[\d*]*(;ext=\d+)?$|^tel:\*+\d/)
      },
    ),
  )
})

test('the time zone says the country, where it has one', () => {
  const zones = {
    'Europe/Berlin': 'DE',
    'America/New_York': 'US',
    'Asia/Kolkata': 'IN',
    'Europe/Kyiv': 'UA',
    UTC: null,
  }
  for (const [zone, country] of Object.entries(zones)) assert.equal(countryOfTimeZone(zone), country)
})
