import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { type Currency, currencies, currencyDigits } from '../vocabulary.ts'
import { type Line, lineTotal, NO_TERMS, type OrderAmounts, type OrderTerms, orderAmounts } from './totals.ts'

const RUNS = 200

const { db } = await openTestDatabase({ size: 1 })

const decimal = (maxWhole: number, places: number) =>
  fc
    .tuple(
      fc.integer({ min: 0, max: maxWhole }),
      fc.integer({ min: 0, max: places }),
      fc.nat(10 ** places - 1),
    )
    .map(([whole, used, rest]) =>
      used ? `${whole}.${String(rest).padStart(places, '0').slice(0, used)}` : `${whole}`,
    )
const signed = (value: fc.Arbitrary<string>) =>
  fc.tuple(fc.boolean(), value).map(([below, text]) => (below && Number(text) !== 0 ? `-${text}` : text))
const share = fc.oneof(fc.constantFrom('0', '1', '0.5', '0.07', '0.19', '0.3333'), decimal(0, 4))
const quantity = signed(fc.oneof(decimal(20, 3), decimal(999_999, 3))).filter((text) => Number(text) !== 0)
const line: fc.Arbitrary<Line> = fc.record({
  quantity,
  unit_price: fc.oneof(decimal(99, 4), decimal(9_999_999_999, 4)),
  discount: share,
  // Few rates, so that lines share one.
  tax_rate: fc.oneof(fc.constantFrom('0', '0.07', '0.19', '0.1900', '0.055'), share),
})
const charge = signed(fc.oneof(fc.constant('0'), decimal(50, 4), decimal(9_999_999_999, 4)))
const terms: fc.Arbitrary<OrderTerms> = fc.record({
  discount: share,
  discount_amount: charge,
  shipping_amount: charge,
  charges_amount: charge,
})
const lines = fc.array(line, { maxLength: 12 })
const currency = fc.constantFrom(...currencies)

/** The amounts as SQL makes them of the same lines. */
async function inSql(lines: Line[], terms: OrderTerms, currency: Currency): Promise<OrderAmounts> {
  const digits = currencyDigits[currency]
  const column = (name: keyof Line) => lines.map((each) => each[name])
  const { rows } = await sql<OrderAmounts>`
    WITH given AS (
      SELECT array_agg(line_total(quantity, unit_price, discount, ${digits}::int)) AS totals, array_agg(tax_rate) AS rates
      FROM unnest(${column('quantity')}::numeric[], ${column('unit_price')}::numeric[], ${column('discount')}::numeric[],
        ${column('tax_rate')}::numeric[]) AS line (quantity, unit_price, discount, tax_rate)
    )
    SELECT a.lines_amount, a.tax_amount, a.total_amount, a.total_amount - a.tax_amount AS net_amount,
      round(a.lines_amount * ${terms.discount}::numeric, ${digits}::int) + round(${terms.discount_amount}::numeric, ${digits}::int)
        AS discounts_amount,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('tax_rate', trim_scale(tax_rate)::text, 'basis', basis::text, 'tax', tax::text)
        ORDER BY tax_rate), '[]') FROM order_taxes(totals, rates, ${terms.discount}::numeric,
          round(${terms.shipping_amount}::numeric, ${digits}::int) + round(${terms.charges_amount}::numeric, ${digits}::int)
            - round(${terms.discount_amount}::numeric, ${digits}::int), ${digits}::int)) AS taxes
    FROM given, order_amounts(totals, rates, ${terms.discount}::numeric, ${terms.discount_amount}::numeric,
      ${terms.shipping_amount}::numeric, ${terms.charges_amount}::numeric, ${digits}::int) a`.execute(db)
  return rows[0] as OrderAmounts // One row for any lines.
}

/** Minor units, so that sums are exact. */
function units(amount: string): bigint {
  return BigInt(amount.replace('.', ''))
}

function sum(amounts: string[]): bigint {
  return amounts.reduce((total, amount) => total + units(amount), 0n)
}

describe('the amounts of an order', () => {
  test('are the same in SQL and in TypeScript, for any lines and terms', async () => {
    await fc.assert(
      fc.asyncProperty(lines, terms, currency, async (lines, terms, currency) => {
        assert.deepEqual(orderAmounts(lines, terms, currency), await inSql(lines, terms, currency))
      }),
      { numRuns: RUNS },
    )
  })

  test('take a share off each rate’s own lines, also where an exchange has some below zero', () => {
    const exchange = (price: string, returned: string): Line[] => [
      { quantity: '1', unit_price: price, discount: '0', tax_rate: '0.19' },
      { quantity: '-1', unit_price: returned, discount: '0', tax_rate: '0.07' },
    ]
    const all = orderAmounts(exchange('120', '100'), { ...NO_TERMS, discount: '1' }, 'EUR')
    assert.deepEqual([all.net_amount, all.tax_amount, all.total_amount], ['0.00', '0.00', '0.00'])
    const tenth = orderAmounts(exchange('100', '200'), { ...NO_TERMS, discount: '0.1' }, 'EUR')
    assert.deepEqual(
      tenth.taxes.map(({ basis, tax }) => [basis, tax]),
      [
        ['-180.00', '-12.60'],
        ['90.00', '17.10'],
      ],
    )
  })

  test('add up: the bases are the net amount, and with the tax they are the total', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        terms,
        currency,
        (lines, terms, currency) => {
          const amounts = orderAmounts(lines, terms, currency)
          assert.equal(sum(amounts.taxes.map(({ basis }) => basis)), units(amounts.net_amount))
          assert.equal(sum(amounts.taxes.map(({ tax }) => tax)), units(amounts.tax_amount))
          assert.equal(units(amounts.net_amount) + units(amounts.tax_amount), units(amounts.total_amount))
          assert.equal(sum(lines.map((each) => lineTotal(each, currency))), units(amounts.lines_amount))
          const shipped = orderAmounts(
            lines,
            { ...terms, shipping_amount: '0', charges_amount: '0' },
            currency,
          )
          assert.equal(
            units(shipped.net_amount),
            units(amounts.lines_amount) - units(amounts.discounts_amount),
          )
        },
      ),
    )
  })

  test('do not depend on the order of the lines', () => {
    fc.assert(
      fc.property(
        lines.chain((given) =>
          fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
        ),
        terms,
        currency,
        ([given, shuffled], terms, currency) => {
          assert.deepEqual(orderAmounts(shuffled, terms, currency), orderAmounts(given, terms, currency))
        },
      ),
    )
  })

  test('of a credit note for everything are those of the order below zero', () => {
    const negated = (text: string) =>
      text.startsWith('-') ? text.slice(1) : Number(text) === 0 ? text : `-${text}`
    fc.assert(
      fc.property(lines, terms, currency, (lines, terms, currency) => {
        const order = orderAmounts(lines, terms, currency)
        const back = orderAmounts(
          lines.map((each) => ({ ...each, quantity: negated(each.quantity) })),
          {
            discount: terms.discount,
            discount_amount: negated(terms.discount_amount),
            shipping_amount: negated(terms.shipping_amount),
            charges_amount: negated(terms.charges_amount),
          },
          currency,
        )
        assert.equal(back.total_amount, negated(order.total_amount))
        assert.equal(back.tax_amount, negated(order.tax_amount))
      }),
    )
  })

  test('know the digits of every currency', async () => {
    const { rows } = await sql<{ code: string; digits: number }>`SELECT code, digits FROM currencies`.execute(
      db,
    )
    assert.deepEqual(Object.fromEntries(rows.map((row) => [row.code, row.digits])), { ...currencyDigits })
  })
})

const plain = (quantity: string, unit_price: string, tax_rate = '0', discount = '0'): Line => ({
  quantity,
  unit_price,
  discount,
  tax_rate,
})

describe('by hand', () => {
  const byHand: [Line, Currency, string][] = [
    [plain('1', '0.005'), 'EUR', '0.01'],
    [plain('1', '0.0049'), 'EUR', '0.00'],
    [plain('1', '1.005'), 'EUR', '1.01'],
    [plain('-1', '1.005'), 'EUR', '-1.01'],
    [plain('-1', '0.0049'), 'EUR', '0.00'],
    [plain('1', '2.5'), 'JPY', '3'],
    [plain('1', '3.5'), 'JPY', '4'],
    [plain('3', '0.5'), 'JPY', '2'],
    [plain('1', '0.0005'), 'KWD', '0.001'],
    [plain('1', '2.675'), 'USD', '2.68'],
    [plain('7', '19.99', '0', '0.15'), 'EUR', '118.94'],
    [plain('1', '10', '0', '1'), 'EUR', '0.00'],
    [plain('1.5', '89.90'), 'EUR', '134.85'],
    [plain('0.333', '3'), 'EUR', '1.00'],
    [plain('1000000', '9999999999.9999'), 'EUR', '9999999999999900.00'],
  ]
  for (const [input, currency, expected] of byHand) {
    test(`${input.quantity} × ${input.unit_price} less ${input.discount} is ${expected} ${currency}`, async () => {
      assert.equal(lineTotal(input, currency), expected)
      assert.equal((await inSql([input], NO_TERMS, currency)).lines_amount, expected)
    })
  }

  const orders: [what: string, Line[], Partial<OrderTerms>, Currency, Partial<OrderAmounts>][] = [
    [
      'shipping is taxed as the goods are, in proportion',
      [plain('1', '60', '0.07'), plain('1', '40', '0.19')],
      { shipping_amount: '10' },
      'EUR',
      {
        taxes: [
          { tax_rate: '0.07', basis: '66.00', tax: '4.62' },
          { tax_rate: '0.19', basis: '44.00', tax: '8.36' },
        ],
        net_amount: '110.00',
        total_amount: '122.98',
      },
    ],
    [
      'a cent that cannot be shared goes to one rate',
      [plain('1', '1', '0.05'), plain('1', '1', '0.07'), plain('1', '1', '0.19')],
      { shipping_amount: '0.01' },
      'EUR',
      {
        taxes: [
          { tax_rate: '0.05', basis: '1.00', tax: '0.05' },
          { tax_rate: '0.07', basis: '1.01', tax: '0.07' },
          { tax_rate: '0.19', basis: '1.00', tax: '0.19' },
        ],
      },
    ],
    [
      'tax is rounded once for a rate, not for each line',
      [plain('1', '0.03', '0.19'), plain('1', '0.03', '0.19'), plain('1', '0.03', '0.19')],
      {},
      'EUR',
      { tax_amount: '0.02' },
    ],
    [
      'both discounts come off the lines',
      [plain('2', '50', '0.19')],
      { discount: '0.1', discount_amount: '5' },
      'EUR',
      { discounts_amount: '15.00', net_amount: '85.00', tax_amount: '16.15', total_amount: '101.15' },
    ],
    [
      'shipping of free goods is taxed at the highest rate',
      [plain('1', '0', '0.07'), plain('1', '0', '0.19')],
      { shipping_amount: '10' },
      'EUR',
      { tax_amount: '1.90', total_amount: '11.90' },
    ],
    [
      'an exchange of alike goods leaves the shipping',
      [plain('1', '100', '0.19'), plain('-1', '100', '0.19')],
      { shipping_amount: '5' },
      'EUR',
      { net_amount: '5.00', total_amount: '5.95' },
    ],
    ['a yen has no parts', [plain('3', '33', '0.1')], { discount: '0.05' }, 'JPY', { total_amount: '103' }],
  ]
  for (const [what, lines, some, currency, expected] of orders) {
    test(what, async () => {
      const terms = { ...NO_TERMS, ...some }
      const amounts = orderAmounts(lines, terms, currency)
      assert.deepEqual({ ...amounts, ...expected }, amounts)
      assert.deepEqual(await inSql(lines, terms, currency), amounts)
    })
  }
})
