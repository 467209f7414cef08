import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { signInAs } from '../../server/test/fixtures/sign-in.ts'
import { type BrowserTest, expectAccessible, noBrowser, startBrowserTest } from './browser.ts'
import { enter } from './workspace.ts'

const SAMPLE_DATA =
  process.env.RAPPORT_SAMPLE_DATA ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data')
const northwind = join(SAMPLE_DATA, 'northwind')
const noNorthwind = existsSync(northwind) ? false : 'the Northwind sample data is not on this machine'

const owner = { name: 'Olga Owner', email: 'olga@example.com', password: 'correct horse battery' }

describe('a newcomer sets up Rapport and works with it', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page

  before(async () => {
    started = await startBrowserTest()
    await started.app.work()
    page = await started.visit()
  })
  after(() => started.close())

  test('the first visit asks for the owner, and opens the empty list of customers', async () => {
    await page.goto('/')
    await page.getByLabel('Your name').fill(owner.name)
    await page.getByLabel('Email').fill(owner.email)
    await page.getByLabel('Password').fill(owner.password)
    await page.getByLabel('Workspace').fill('Northwind Traders')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/customers/)
    await expect(page.getByText('No customers yet')).toBeVisible()
    const zone = await started.app.db.selectFrom('workspaces').select('time_zone').executeTakeFirstOrThrow()
    assert.equal(zone.time_zone, 'Europe/Berlin')
  })

  test('the Northwind files are imported, and say what became of them', { skip: noNorthwind }, async () => {
    await page.goto('/import')
    const files = readdirSync(northwind).map((name) => join(northwind, name))
    await page.getByLabel('Files').setInputFiles(files)
    await page.getByRole('button', { name: /^Import \d+ files/ }).click()
    await expect(page.getByRole('status').getByText('Completed')).toBeVisible({ timeout: 60_000 })
    await page.getByRole('link', { name: 'See the customers' }).click()
    await expect(page.getByRole('heading', { name: 'Customers' })).toBeVisible()
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '92')
    await expect(
      page.getByRole('row', { name: /Zbyszek Piestrzeniewicz.*Wolski Zajazd.*Margaret Peacock/ }),
    ).toBeVisible()
  })

  test('a customer is created, found in the palette, and edited in place', async () => {
    await page.goto('/customers')
    await page.getByRole('button', { name: 'New customer' }).click()
    const dialog = page.getByRole('dialog', { name: 'New customer' })
    await dialog.getByLabel('First name').fill('Zoë')
    await dialog.getByLabel('Last name').fill('Smith')
    await dialog.getByLabel('Email').fill('zoe.smith@example.com')
    await page.keyboard.press('Control+Enter')
    await expect(page.getByRole('heading', { name: 'Zoë Smith' })).toBeVisible()

    await page.goto('/customers')
    await expect(page.getByRole('grid')).toBeVisible()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('smith')
    await page.getByRole('option', { name: /Zoë Smith/ }).click()
    await expect(page.getByRole('heading', { name: 'Zoë Smith' })).toBeVisible()

    await page.getByRole('button', { name: /^City: empty/ }).click()
    await page.getByRole('textbox', { name: 'City' }).fill('Malmö')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: /^City: Malmö/ })).toBeVisible()
    await expect
      .poll(async () => {
        const smith = started.app.db.selectFrom('customers').where('last_name', '=', 'Smith').select('city')
        return (await smith.executeTakeFirstOrThrow()).city
      })
      .toBe('Malmö')
  })

  test('a note that is written stands at the top of the timeline', async () => {
    await page.keyboard.press('n')
    await page.keyboard.type('Wants a quote for forty chairs.')
    await page.keyboard.press('Control+Enter')
    // Not the one that is being typed.
    const note = page.getByRole('listitem').filter({ hasText: 'Wants a quote for forty chairs.' })
    await expect(note).toBeVisible()
    await page.reload()
    await expect(note).toBeVisible()
  })

  test('an order shows its total while it is typed, and keeps it to the cent', async () => {
    await createProduct(page, 'Oak chair', '99.99')
    await page.goto('/customers?q=Smith')
    await page.getByRole('link', { name: 'Zoë Smith' }).click()
    await page.getByRole('tab', { name: 'Orders' }).click()
    await page.getByRole('link', { name: 'New order' }).click()
    await expect(page.getByLabel('Customer', { exact: true })).toHaveValue('Zoë Smith')
    await page.getByLabel('Product').fill('oak')
    await page.getByRole('option', { name: /Oak chair/ }).click()
    await expect(page.getByLabel('Price (EUR)')).toHaveValue('99.99')
    await page.getByLabel('Quantity').fill('40')
    await page.getByRole('group', { name: 'Line 1' }).getByLabel('Discount %').fill('2.5')
    // 40 × 99.99 × 0.975 = 3,899.61
    await expect(page.getByLabel('Order total')).toHaveText('€3,899.61')
    await page.getByRole('button', { name: 'Create order' }).click()
    await expect(page.getByRole('cell', { name: '€3,899.61' }).last()).toBeVisible()
    const order = await started.app.db
      .selectFrom('orders')
      .orderBy('id', 'desc')
      .select('total_amount')
      .executeTakeFirstOrThrow()
    assert.equal(order.total_amount, '3899.61')
  })

  test('a wrong line is refused where it is wrong, and nothing is lost', async () => {
    await page.goto('/orders/new')
    await page.getByLabel('Quantity').fill('0')
    await page.getByRole('button', { name: 'Create order' }).click()
    await expect(page.getByText('Not zero; remove the line instead.')).toBeVisible()
    await expect(page.getByText('Choose a product.')).toBeVisible()
    await expect(page.getByLabel('Quantity')).toHaveValue('0')
  })

  test('signing out leads to sign-in, and a wrong password says so', async () => {
    const visitor = await started.visit()
    await visitor.goto('/customers')
    await visitor.getByLabel('Email').fill(owner.email)
    await visitor.getByLabel('Password').fill('not the password')
    await visitor.keyboard.press('Enter')
    await expect(visitor.getByRole('alert')).toContainText('The email address or the password is wrong.')
    await visitor.getByLabel('Password').fill(owner.password)
    await visitor.keyboard.press('Enter')
    await expect(visitor).toHaveURL(/\/customers/)
    await expect(visitor.getByRole('grid')).toBeVisible()
  })
})

async function createProduct(page: Page, name: string, price: string): Promise<void> {
  await page.goto('/products')
  await page.getByRole('button', { name: 'New product' }).click()
  const dialog = page.getByRole('dialog', { name: 'New product' })
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Unit price (EUR)').fill(price)
  await dialog.getByRole('button', { name: 'Create product' }).click()
  await expect(page.getByRole('heading', { name })).toBeVisible()
}

describe('a newcomer without files', { skip: noBrowser }, () => {
  let started: BrowserTest
  before(async () => {
    started = await startBrowserTest()
    await started.app.work()
  })
  after(() => started.close())

  test('is offered a sample company, sees it come in, and works with it', async () => {
    const { cookie } = await signInAs(started.app, 'owner')
    const page = await started.visit()
    await enter(page, cookie, started.app.url)
    await page.goto('/customers')
    const offer = page.getByRole('button', { name: 'Try it with a sample company' })
    await expect(offer).toBeVisible()
    await expectAccessible(page)
    await offer.click()
    await expect(page).toHaveURL(/\/import/)
    await expect(page.getByRole('status').getByText('Completed')).toBeVisible({ timeout: 60_000 })
    await expect(page.getByRole('row', { name: /orders\.csv.*800 800 0 0/ })).toBeVisible()
    await expect(offer).toHaveCount(0)
    await page.getByRole('link', { name: 'See the customers' }).click()
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '91')
    await expect(page.getByRole('row', { name: /Haruto Suzuki.*Watanabe Labs/ })).toBeVisible()
  })

  test('is offered none without the right to import', async () => {
    const { cookie } = await signInAs(started.app, 'representative')
    const page = await started.visit()
    await enter(page, cookie, started.app.url)
    await page.goto('/customers')
    await expect(page.getByText('No customers yet')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Try it with a sample company' })).toHaveCount(0)
  })
})
