import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { signInAs } from '../../server/test/fixtures/sign-in.ts'
import { createWorkspace, request } from '../../server/test/fixtures/workspace.ts'
import { type BrowserTest, expectAccessible, noBrowser, screens, startBrowserTest } from './browser.ts'
import { enter, fill, fillWorkspace } from './workspace.ts'

const PRINTED_MAX = 2_000

/** Counts what would open the browser's own window, which a test cannot see. */
async function watchPrinting(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    window.print = () => {
      document.documentElement.dataset.prints = String(
        Number(document.documentElement.dataset.prints ?? 0) + 1,
      )
    }
  })
  return () => page.evaluate(() => Number(document.documentElement.dataset.prints ?? 0))
}

const sheet = (page: Page) => page.locator('.print-sheet')

/** How many pages a PDF has, and which way they stand. */
async function pdf(page: Page): Promise<{ pages: number; across: boolean }> {
  const text = (await page.pdf({ preferCSSPageSize: true, format: 'A4' })).toString('latin1')
  const [, width = 0, height = 0] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(text)?.map(Number) ?? []
  return { pages: text.match(/\/Type \/Page\b/g)?.length ?? 0, across: width > height }
}

describe('a list is printed', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let prints: () => Promise<number>
  let cookie: string
  let workspaceId: number

  before(async () => {
    started = await startBrowserTest()
    ;({ workspaceId, cookie } = await fillWorkspace(started, PRINTED_MAX + 50))
    await started.app.db
      .updateTable('customers')
      .set({ city: 'Bergen' })
      .where('workspace_id', '=', workspaceId)
      .where('last_name', 'like', '%00000_5')
      .execute()
  })
  after(() => started.close())
  beforeEach(async () => {
    page = await started.visit({ colorScheme: 'dark' })
    prints = await watchPrinting(page)
    await enter(page, cookie, started.app.url)
  })

  const rows = () => sheet(page).locator('tbody tr')
  async function open(address: string): Promise<void> {
    await page.goto(address)
    await expect(page.getByRole('row').nth(1)).toBeVisible()
  }

  test('with all rows that match, in the order, columns and words of the view, by the browser’s own key', async () => {
    await open('/customers?city=Bergen&sort=last_name')
    await page.keyboard.press('Control+p')
    await expect.poll(prints).toBe(1)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await expect(rows()).toHaveCount(10)
    await expect(rows().first()).toContainText('Ann Customer 0000005')
    await expect(sheet(page).getByText('City is: Bergen · Sorted by customer, ascending')).toBeVisible()
    await expect(sheet(page).getByText('10 rows')).toBeVisible()
    await expect(sheet(page).getByRole('columnheader')).toHaveText([
      'Customer',
      'Stage',
      'Company',
      'Representative',
      'Email',
      'Phone',
      'City',
      'Country',
      'Created',
    ])
    await expect(page.getByRole('navigation')).toHaveCount(0)
    await expect(page.getByRole('grid')).toHaveCount(0)
  })

  test('on white paper from a dark screen, over as many pages as it needs, and leaves nothing behind', async () => {
    await open('/customers?last_name[prefix]=Customer%2000001')
    await page.getByRole('button', { name: 'Print the list' }).click()
    await expect.poll(prints).toBe(1)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await expect(rows()).toHaveCount(100)
    const [ground, ink] = await page.evaluate(() => {
      const cell = document.querySelector('.print-sheet td')
      return [getComputedStyle(document.body).backgroundColor, cell && getComputedStyle(cell).color]
    })
    assert.deepEqual([ground, ink], ['rgb(255, 255, 255)', 'rgb(0, 0, 0)'])
    await expectAccessible(page)
    const printed = await pdf(page)
    assert.ok(printed.pages > 2 && printed.across, JSON.stringify(printed))
    await expect(sheet(page)).toHaveCount(0)
    await expect(page).toHaveTitle('Customers · Rapport')
  })

  test('up to a limit that is said, with how many there are', async () => {
    await open('/customers')
    await expect(page.getByText('2,050', { exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Print the list' }).click()
    await expect.poll(prints, { timeout: 30_000 }).toBe(1)
    await page.emulateMedia({ media: 'print' })
    await expect(rows()).toHaveCount(PRINTED_MAX)
    await expect(sheet(page)).toContainText(
      'The first 2,000 of 2,050 customers. Narrow the list to print the rest.',
    )
  })

  test('not at all when it does not come whole, and when one has had enough', async () => {
    await open('/customers')
    let asked = 0
    await page.route('**/api/customers?*after=*', (route) => {
      asked += 1
      return asked < 3 ? route.continue() : route.abort()
    })
    await page.keyboard.press('Control+p')
    const dialog = page.getByRole('dialog', { name: 'Print customers' })
    await expect(dialog.getByText('nothing was printed')).toBeVisible()
    await expectAccessible(page)
    await page.unroute('**/api/customers?*after=*')
    await page.route('**/api/customers?*after=*', () => undefined)
    await dialog.getByRole('button', { name: 'Try again' }).click()
    await expect(dialog.getByText('200 have come')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    assert.equal(await prints(), 0)
    await expect(sheet(page)).toHaveCount(0)
  })

  test('not without rows', async () => {
    await page.goto('/customers?city=Nowhere')
    await expect(page.getByText('No customers match.')).toBeVisible()
    await page.keyboard.press('Control+p')
    await expect(page.getByText('There are no customers here to print.')).toBeVisible()
    assert.equal(await prints(), 0)
  })

  test('from a phone too, as the same table', async () => {
    await page.setViewportSize(screens.phone)
    await page.goto('/customers?city=Bergen')
    await page.getByRole('button', { name: 'Print the list' }).click()
    await expect.poll(prints).toBe(1)
    await page.emulateMedia({ media: 'print' })
    await expect(rows()).toHaveCount(10)
  })

  test('for every object', async () => {
    for (const object of ['companies', 'orders', 'products', 'representatives']) {
      await open(`/${object}`)
      await page.keyboard.press('Control+p')
      await expect.poll(prints).toBe(1)
      await page.emulateMedia({ media: 'print' })
      await expect(rows()).toHaveCount(1)
      await page.emulateMedia({ media: 'screen' })
    }
  })
})

describe('a record and an order are printed', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let prints: () => Promise<number>
  let cookie: string
  let customer: number

  before(async () => {
    started = await startBrowserTest()
    const workspace = await createWorkspace(started.app)
    cookie = (await signInAs(started.app, 'owner', workspace.id)).cookie
    await fill(started.app, workspace.id, 0)
    customer = await made('POST /api/customers', {
      first_name: 'Zoë',
      last_name: 'Łukasz',
      address: '1 Long Street',
      postal_code: '0150',
      city: 'Oslo',
      country: 'Norway',
    })
  })
  after(() => started.close())
  beforeEach(async () => {
    page = await started.visit({ colorScheme: 'dark' })
    prints = await watchPrinting(page)
    await enter(page, cookie, started.app.url)
  })

  async function made(route: string, body: object): Promise<number> {
    const { status, text } = await request(started.app.url, route, { body }, { cookie })
    assert.ok(status < 300, `${route} answered ${status}: ${text}`)
    const { id }: { id: number } = JSON.parse(text)
    return id
  }

  const product = (body: object) => made('POST /api/products', { currency: 'EUR', ...body })
  const order = (body: object) =>
    made('POST /api/orders', { customer_id: customer, currency: 'EUR', ...body })
  async function printOrder(id: number): Promise<void> {
    await page.goto(`/orders/${id}`)
    await page.getByRole('button', { name: 'Print', exact: true }).click()
    await expect.poll(prints).toBe(1)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  }

  test('the order as a document: to whom, what, and how its total comes about, in the figures of the page', async () => {
    const hours = await product({
      product_name: 'Design',
      unit: 'hour',
      quantity_digits: 2,
      unit_price: '89.90',
      tax_rate: '0.19',
    })
    const bulb = await product({
      product_name: 'Blue bulb',
      sku: 'B-1',
      unit_price: '1.50',
      tax_rate: '0.07',
    })
    const id = await order({
      order_number: 'R-77',
      order_date: '2026-03-04',
      notes: 'Pays late.',
      discount: '0.1',
      shipping_amount: '7.50',
      charges_amount: '2',
      items: [
        { product_id: hours, quantity: '1.5' },
        { product_id: bulb, quantity: '3', discount: '0.05' },
      ],
    })
    await printOrder(id)
    await expect(sheet(page).getByRole('heading')).toHaveText('Order R-77')
    await expect(sheet(page).locator('address p')).toHaveText([
      'Zoë Łukasz',
      '1 Long Street',
      '0150 Oslo',
      'Norway',
    ])
    await expect(sheet(page)).toContainText('4 Mar 2026')
    await expect(sheet(page).getByRole('row', { name: /Design/ })).toHaveText(/1\.5 hour€89\.9019 %€134\.85$/)
    await expect(sheet(page).getByRole('row', { name: /Blue bulb/ })).toHaveText(/B-13€1\.505 %7 %€4\.28$/)
    // 134.85 + 4.28 = 139.13, less 13.91, plus 7.50 and 2.00.
    const totals = sheet(page).locator('.sheet-sum')
    await expect(totals.first()).toHaveText('Lines€139.13')
    for (const words of ['Discount-€13.91', 'Shipping€7.50', 'Other charges€2.00', 'Net€134.72'])
      await expect(totals.filter({ hasText: words })).toHaveCount(1)
    const { text } = await request(started.app.url, `GET /api/orders/${id}`, {}, { cookie })
    const { total_amount }: { total_amount: string } = JSON.parse(text)
    await expect(totals.last()).toHaveText(`Total€${total_amount}`)
    await expect(sheet(page)).not.toContainText('Pays late')
    await expect(page.getByRole('button')).toHaveCount(0)
    await expectAccessible(page)
  })

  test('an order below zero as a credit note', async () => {
    const lamp = await product({ product_name: 'Amber lamp', unit_price: '10' })
    await printOrder(await order({ order_number: 'R-78', items: [{ product_id: lamp, quantity: '-2' }] }))
    await expect(sheet(page).getByRole('heading')).toHaveText('Credit note R-78')
    await expect(sheet(page).locator('.sheet-sum').last()).toHaveText('Total-€20.00')
  })

  test('a long order over several pages, by the browser’s own key', async () => {
    const lamp = await product({ product_name: 'Green lamp', unit_price: '1234.56', tax_rate: '0.25' })
    const items = Array.from({ length: 200 }, () => ({ product_id: lamp, quantity: '10' }))
    await page.goto(`/orders/${await order({ items })}`)
    await expect(page.getByRole('cell', { name: 'Green lamp' })).toHaveCount(200)
    await page.keyboard.press('Control+p')
    await expect.poll(prints).toBe(1)
    const printed = await pdf(page)
    assert.ok(printed.pages >= 4 && !printed.across, JSON.stringify(printed))
    await expect(sheet(page)).toHaveCount(0)
  })

  test('an order not at all when its address cannot be read, which is said', async () => {
    const lamp = await product({ product_name: 'Red lamp', unit_price: '10' })
    await page.goto(`/orders/${await order({ items: [{ product_id: lamp, quantity: '1' }] })}`)
    await expect(page.getByRole('cell', { name: 'Red lamp' })).toBeVisible()
    await page.route(`**/api/customers/${customer}`, (route) => route.abort())
    await page.getByRole('button', { name: 'Print', exact: true }).click()
    await expect(page.getByText('Rapport cannot be reached.')).toBeVisible({ timeout: 15_000 })
    assert.equal(await prints(), 0)
  })

  for (const [device, viewport] of Object.entries(screens)) {
    test(`a record with all its fields and what happened, without anything to click (${device})`, async () => {
      await page.setViewportSize(viewport)
      await page.goto(`/customers/${customer}`)
      await page.getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: 'Print customer' }).click()
      await expect.poll(prints).toBe(1)
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
      await expect(page.getByRole('heading', { name: 'Zoë Łukasz' })).toBeVisible()
      await expect(page.getByRole('definition').filter({ hasText: '1 Long Street' })).toHaveCount(1)
      await expect(page.getByRole('list').filter({ hasText: 'created' })).toBeVisible()
      await expect(page.getByRole('button')).toHaveCount(0)
      await expect(page.getByRole('textbox')).toHaveCount(0)
      await page.evaluate(() => dispatchEvent(new Event('afterprint')))
      await page.emulateMedia({ media: 'screen' })
      await expect(page.getByRole('button', { name: 'More actions' })).toBeVisible()
    })
  }
})
