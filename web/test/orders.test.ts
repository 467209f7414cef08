import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { expect, type Page, type Route } from '@playwright/test'
import { signInAs } from '../../server/test/fixtures/sign-in.ts'
import { createWorkspace, request } from '../../server/test/fixtures/workspace.ts'
import { type BrowserTest, expectAccessible, noBrowser, screens, startBrowserTest } from './browser.ts'
import { enter } from './workspace.ts'

interface Sold {
  id: number
  path: string
}

describe('an order that is typed', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let cookie: string
  let lamp: Sold
  let bulb: Sold
  let hours: Sold

  before(async () => {
    started = await startBrowserTest()
    const workspace = await createWorkspace(started.app)
    cookie = (await signInAs(started.app, 'owner', workspace.id)).cookie
    lamp = await product({ product_name: 'Amber lamp', unit_price: '999.00', tax_rate: '0.19' })
    bulb = await product({ product_name: 'Blue bulb', unit_price: '1.50', tax_rate: '0.07' })
    await product({ product_name: 'Cyan cable', unit_price: '77', currency: 'USD' })
    hours = await product({
      product_name: 'Design',
      unit: 'hour',
      quantity_digits: 2,
      unit_price: '89.90',
      tax_rate: '0.19',
    })
    await product({ product_name: 'Amber lamp, old', unit_price: '1', active: false })
  })
  after(() => started.close())
  beforeEach(async () => {
    page = await started.visit()
    await enter(page, cookie, started.app.url)
  })

  async function api<T>(key: string, parts: Parameters<typeof request>[2]): Promise<T> {
    const { status, text } = await request(started.app.url, key, parts, { cookie })
    assert.ok(status < 300, `${key} answered ${status}: ${text}`)
    return JSON.parse(text) as T // The tests name what they ask for.
  }

  async function product(body: object): Promise<Sold> {
    const { id } = await api<{ id: number }>('POST /api/products', { body: { currency: 'EUR', ...body } })
    return { id, path: `**/api/products/${id}` }
  }

  interface Saved {
    id: number
    version: number
    order_number: string
    total_amount: string
    currency: string
    items: { product_id: number; quantity: string; unit_price: string }[]
  }
  const order = (items: object[], rest: object = {}) =>
    api<Saved>('POST /api/orders', { body: { items, ...rest } })
  const read = (id: number) => api<Saved>('GET /api/orders/:id', { params: { id } })
  async function lastOrder(): Promise<Saved> {
    const { items } = await api<{ items: Saved[] }>('GET /api/orders', {
      query: { sort: '-created_at', limit: 1 },
    })
    return read(items[0]?.id ?? 0)
  }

  const line = (n: number) => page.getByRole('group', { name: `Line ${n}` })
  const total = () => page.getByLabel('Order total')
  async function choose(n: number, name: string): Promise<void> {
    await line(n).getByLabel('Product').fill(name)
    await page
      .getByRole('option', { name: new RegExp(name) })
      .first()
      .click()
  }
  const price = (n: number, currency = 'EUR') => line(n).getByLabel(`Price (${currency})`)
  const create = () => page.getByRole('button', { name: 'Create order' }).click()

  /** Answers to this address wait until they are let go. */
  async function hold(address: string): Promise<() => Promise<void>> {
    const held: Route[] = []
    await page.route(address, (route) => void held.push(route))
    return async () => {
      // Requests that were given up meanwhile have nobody left to answer.
      for (const route of held) await route.continue().catch(() => {})
      await page.unroute(address)
    }
  }

  test('has another price when another product is chosen, and none when that is priced in another currency', async () => {
    await page.goto('/orders/new')
    await choose(1, 'Amber lamp')
    await expect(price(1)).toHaveValue('999.00')
    await choose(1, 'Blue bulb')
    await expect(price(1)).toHaveValue('1.50')
    await choose(1, 'Cyan cable')
    await expect(line(1).getByText('“Cyan cable” is priced in USD.')).toBeVisible()
    await expect(price(1)).toHaveValue('')
    await create()
    await expect(line(1).getByText('Enter a price.')).toBeVisible()
    await price(1).fill('70')
    await create()
    await expect(page.getByRole('heading', { name: /^R-/ })).toBeVisible()
    assert.deepEqual((await lastOrder()).items[0]?.unit_price, '70')
  })

  test('does not offer what is no longer sold', async () => {
    await page.goto('/orders/new')
    await line(1).getByLabel('Product').fill('amber')
    await expect(page.getByRole('option', { name: 'Amber lamp' })).toHaveCount(1)
    await expect(page.getByRole('option', { name: /old/ })).toHaveCount(0)
  })

  test('in another currency asks for prices anew, and says what was typed by hand', async () => {
    await page.goto('/orders/new')
    await choose(1, 'Cyan cable')
    await page.getByRole('button', { name: 'Add line' }).click()
    await choose(2, 'Amber lamp')
    await expect(price(2)).toHaveValue('999.00')
    await page.getByRole('button', { name: 'Add line' }).click()
    await choose(3, 'Blue bulb')
    await expect(price(3)).toHaveValue('1.50')
    await price(3).fill('1.40')
    await page.getByLabel('Shipping').fill('5')
    await page.getByLabel('Currency').fill('USD')
    await page.getByRole('option', { name: 'USD' }).click()
    await expect(price(1, 'USD')).toHaveValue('77')
    await expect(price(2, 'USD')).toHaveValue('')
    await expect(line(2).getByText('is priced in EUR. Enter a price in USD.')).toBeVisible()
    await expect(price(3, 'USD')).toHaveValue('')
    await expect(line(3).getByText('It was €1.40. Enter it in USD.')).toBeVisible()
    await expect(page.getByLabel('Shipping')).toHaveValue('')
    await expect(page.getByText('It was €5.00.')).toBeVisible()
    await expect(page.getByRole('status').getByText(/The order is in USD now/)).toBeVisible()
    // A slip: back in the first currency all is as it was.
    await page.getByLabel('Currency').fill('EUR')
    await page.getByRole('option', { name: 'EUR' }).click()
    await expect(price(2)).toHaveValue('999.00')
    await expect(price(3)).toHaveValue('1.40')
    await expect(page.getByLabel('Shipping')).toHaveValue('5')
    await expect(page.getByText(/^It was /)).toHaveCount(0)
  })

  test('uses no answer about a product that is no longer chosen', async () => {
    await page.goto('/orders/new')
    const letGo = await hold(lamp.path)
    await choose(1, 'Amber lamp')
    await choose(1, 'Blue bulb')
    await expect(price(1)).toHaveValue('1.50')
    await letGo()
    await expect(price(1)).toHaveValue('1.50')
    await create()
    await expect(page.getByRole('heading', { name: /^R-/ })).toBeVisible()
    const { items } = await lastOrder()
    assert.deepEqual([items[0]?.product_id, items[0]?.unit_price], [bulb.id, '1.5'])
  })

  test('gives a late answer to its own line, wherever that is by then, and to nobody who typed a price', async () => {
    await page.goto('/orders/new')
    await choose(1, 'Blue bulb')
    await page.getByRole('button', { name: 'Add line' }).click()
    await page.getByRole('button', { name: 'Add line' }).click()
    const letGo = await hold(lamp.path)
    await choose(2, 'Amber lamp')
    await choose(3, 'Amber lamp')
    await price(3).fill('950')
    await page.getByRole('button', { name: 'Remove line 1' }).click()
    await letGo()
    await expect(price(1)).toHaveValue('999.00')
    await expect(price(2)).toHaveValue('950')
  })

  test('says that a price could not be read, and asks again', async () => {
    await page.goto('/orders/new')
    await page.route(lamp.path, (route) => route.abort())
    await choose(1, 'Amber lamp')
    await expect(line(1).getByRole('alert')).toContainText('could not be read')
    await page.unroute(lamp.path)
    await line(1).getByRole('button', { name: 'Try again' }).click()
    await expect(price(1)).toHaveValue('999.00')
    await expect(line(1).getByRole('alert')).toHaveCount(0)
  })

  test('counts hours, returns, discount, shipping and tax as the server does', async () => {
    await page.goto('/orders/new')
    await choose(1, 'Design')
    await expect(line(1).getByText('hour')).toBeVisible()
    await line(1).getByLabel('Quantity').fill('1.5')
    await page.getByRole('button', { name: 'Add line' }).click()
    await choose(2, 'Blue bulb')
    await line(2).getByLabel('Quantity').fill('-3')
    await page.getByLabel('Order discount %').fill('10')
    await page.getByLabel('Shipping').fill('7.50')
    // 134.85 - 4.50 = 130.35, less a tenth of each rate's lines, plus 7.50 shared over 4.50 at 7 % and 134.85 at 19 %.
    await expect(page.getByText('Tax 19 % of €128.62')).toBeVisible()
    await expect(total()).toHaveText('€148.98')
    await create()
    await expect(page.getByRole('cell', { name: '€148.98' }).last()).toBeVisible()
    assert.equal((await lastOrder()).total_amount, '148.98')
  })

  test('refuses under its field what no order can have', async () => {
    await page.goto('/orders/new')
    await choose(1, 'Amber lamp')
    await expect(price(1)).toHaveValue('999.00')
    for (const [typed, reason] of [
      ['1.5', 'Sold by the piece: a whole number.'],
      ['0', 'Not zero; remove the line instead.'],
      ['many', /is not a number/],
    ] as const) {
      await line(1).getByLabel('Quantity').fill(typed)
      await create()
      await expect(line(1).getByText(reason)).toBeVisible()
    }
    await line(1).getByLabel('Quantity').fill('1')
    await page.getByLabel('Order discount (EUR)').fill('999.01')
    await create()
    await expect(page.getByText('The discount is larger than the sum of the lines.')).toBeVisible()
    await expect(page.getByLabel('Order discount (EUR)')).toHaveValue('999.01')
  })

  test('is made once, however often one clicks', async () => {
    await page.goto('/orders/new')
    await choose(1, 'Amber lamp')
    await expect(price(1)).toHaveValue('999.00')
    const count = async () => (await api<{ total: { count: number } }>('GET /api/orders', {})).total.count
    const before = await count()
    const letGo = await hold('**/api/orders')
    await page.getByRole('button', { name: 'Create order' }).dblclick()
    await page.keyboard.press('Control+Enter')
    await letGo()
    await expect(page.getByRole('heading', { name: /^R-/ })).toBeVisible()
    assert.equal(await count(), before + 1)
  })

  test('keeps a line whose product is gone, and the others can be changed', async () => {
    const gone = await product({ product_name: 'Gone goods', unit_price: '7' })
    const made = await order([
      { product_id: lamp.id, quantity: 1 },
      { product_id: gone.id, quantity: 2 },
    ])
    await request(started.app.url, 'DELETE /api/products/:id', { params: { id: gone.id } }, { cookie })
    await page.goto(`/orders/${made.id}`)
    await page.getByRole('button', { name: 'Edit lines' }).click()
    await expect(line(2).getByLabel('Product')).toHaveValue('Gone goods')
    await line(1).getByLabel('Quantity').fill('3')
    await line(2).getByLabel('Quantity').fill('1')
    await page.getByRole('button', { name: 'Save lines' }).click()
    await expect(page.getByRole('dialog')).toHaveCount(0)
    assert.deepEqual(
      (await read(made.id)).items.map(({ quantity }) => quantity),
      ['3', '1'],
    )
  })

  describe('of two people who change the same lines', () => {
    let made: Saved
    beforeEach(async () => {
      made = await order([{ product_id: lamp.id, quantity: 1, unit_price: '10', tax_rate: '0' }])
      await page.goto(`/orders/${made.id}`)
      await page.getByRole('button', { name: 'Edit lines' }).click()
      await line(1).getByLabel('Quantity').fill('5')
      await api('PATCH /api/orders/:id', {
        params: { id: made.id },
        body: {
          version: made.version,
          items: [{ product_id: lamp.id, quantity: 3, unit_price: '10', tax_rate: '0' }],
        },
      })
      await page.getByRole('button', { name: 'Save lines' }).click()
      const dialog = page.getByRole('dialog', { name: 'Someone else changed these lines' })
      await expect(dialog.getByRole('region', { name: 'Yours' })).toContainText('€50.00')
      await expect(dialog.getByRole('region', { name: 'Theirs, saved' })).toContainText('€30.00')
      await expect(dialog.getByRole('region', { name: 'Before' })).toContainText('€10.00')
    })

    for (const [button, quantity] of [
      ['Save mine', '5'],
      ['Keep theirs', '3'],
      ['Back to before', '1'],
    ] as const) {
      test(`the later one may ${button.toLowerCase()}`, async () => {
        await expectAccessible(page)
        await page.getByRole('button', { name: button }).click()
        await expect(page.getByRole('dialog')).toHaveCount(0)
        await expect(page.getByRole('cell', { name: quantity, exact: true })).toBeVisible()
        assert.equal((await read(made.id)).items[0]?.quantity, quantity)
      })
    }

    test('the later one may go on editing, and loses nothing', async () => {
      await page.getByRole('button', { name: 'Go on editing' }).click()
      await expect(line(1).getByLabel('Quantity')).toHaveValue('5')
      assert.equal((await read(made.id)).items[0]?.quantity, '3')
    })
  })

  test('changes its currency only with its prices', async () => {
    const made = await order([{ product_id: lamp.id, quantity: 1 }], { shipping_amount: '4' })
    await page.goto(`/orders/${made.id}`)
    await page.getByRole('button', { name: 'Edit lines' }).click()
    await page.getByRole('dialog').getByLabel('Currency').fill('JPY')
    await page.getByRole('option', { name: 'JPY' }).click()
    await page.getByRole('button', { name: 'Save lines' }).click()
    await expect(line(1).getByText('Enter a price.')).toBeVisible()
    await price(1, 'JPY').fill('120000')
    await page.getByRole('button', { name: 'Save lines' }).click()
    await expect(page.getByRole('dialog')).toHaveCount(0)
    const saved = await read(made.id)
    assert.deepEqual([saved.currency, saved.total_amount], ['JPY', '142800'])
  })

  for (const [device, viewport] of Object.entries(screens)) {
    test(`is accessible and fits with all that it can have: ${device}`, async () => {
      page = await started.visit({ viewport })
      await enter(page, cookie, started.app.url)
      await page.goto('/orders/new')
      await expect(total()).toHaveText('–')
      await choose(1, 'Design')
      await expect(price(1)).toHaveValue('89.90')
      await page.getByRole('button', { name: 'Add line' }).click()
      await choose(2, 'Cyan cable')
      await expect(line(2).getByText('is priced in USD')).toBeVisible()
      await page.getByLabel('Shipping').fill('5')
      await create()
      await expect(line(2).getByText('Enter a price.')).toBeVisible()
      await expectAccessible(page)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
      const made = await order([{ product_id: hours.id, quantity: 1.5 }], {
        shipping_amount: '5',
        discount: '0.1',
      })
      await page.goto(`/orders/${made.id}`)
      await expect(page.getByText('Tax 19 %').first()).toBeVisible()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Edit lines' }).click()
      await expect(line(1).getByLabel('Quantity')).toHaveValue('1.5')
      await expectAccessible(page)
    })
  }
})
