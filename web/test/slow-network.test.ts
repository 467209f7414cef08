import { after, before, describe, test } from 'node:test'
import { expect, type Page, type Route } from '@playwright/test'
import { type BrowserTest, noBrowser, startBrowserTest } from './browser.ts'
import { cellOf, moveTo, openList } from './grid-cells.ts'
import { enter, fillWorkspace } from './workspace.ts'

const SEARCH = '**/api/search?*'

describe('answers that come late, or not at all', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page

  before(async () => {
    started = await startBrowserTest()
    const { cookie } = await fillWorkspace(started, 3)
    page = await started.visit()
    await enter(page, cookie, started.app.url)
    await page.goto('/customers')
    await page.evaluate(() =>
      fetch('/api/sales-representatives', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ first_name: 'Sven', last_name: 'Seller' }),
      }),
    )
  })
  after(() => started.close())

  /** Holds the answers to a search until they are let go. */
  const hold = async (address: string) => {
    const held: Route[] = []
    await page.route(address, (route) => void held.push(route))
    return async () => {
      await expect.poll(() => held.length).toBeGreaterThan(0)
      await page.unroute(address)
      for (const route of held) await route.continue().catch(() => undefined)
    }
  }
  const company = () => page.getByRole('combobox', { name: 'Company' })
  const newCustomer = async () => {
    await page.goto('/customers')
    await page.getByRole('button', { name: 'New customer' }).click()
    await page.getByLabel('Last name').fill('Lee')
  }

  describe('a text for which nothing is chosen yet', () => {
    test('is chosen by Tab in a form, though the answer comes when one has gone on', async () => {
      await newCustomer()
      const letGo = await hold(SEARCH)
      await company().pressSequentially('acm')
      await page.keyboard.press('Tab')
      await page.keyboard.type('Buyer')
      await letGo()
      await expect(company()).toHaveValue('Acme')
      await expect(page.getByLabel('Job title')).toHaveValue('Buyer')
    })

    test('keeps a form from being sent without it', async () => {
      await newCustomer()
      const letGo = await hold(SEARCH)
      await company().pressSequentially('acm')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Control+Enter')
      await expect(page.getByText('It is still being searched for.')).toBeVisible()
      await letGo()
      await expect(company()).toHaveValue('Acme')
      await page.keyboard.press('Control+Enter')
      await expect(page).toHaveURL(/\/customers\/\d+/)
      await expect(page.getByRole('link', { name: 'Acme' })).toBeVisible()
    })

    test('is named under its field when nothing is found', async () => {
      await newCustomer()
      await company().pressSequentially('nobody')
      await page.keyboard.press('Tab')
      await expect(page.getByText('Nothing was chosen for “nobody”.')).toBeVisible()
    })

    test('is chosen by Tab in a cell, which goes on then', async () => {
      await openList(page, '/customers', 'Ann Customer 0000001')
      await expect(page.getByRole('columnheader', { name: 'Representative' })).toBeVisible()
      await moveTo(page, 'Representative')
      const letGo = await hold(SEARCH)
      await page.keyboard.type('sven')
      await page.keyboard.press('Tab')
      await letGo()
      await expect(page.getByRole('combobox', { name: 'Representative' })).toHaveCount(0)
      await expect(await cellOf(page, 'Representative', 2)).toHaveText('Sven Seller')
    })

    test('stays at its cell when one clicks elsewhere', async () => {
      await openList(page, '/customers', 'Ann Customer 0000001')
      await moveTo(page, 'Company')
      await page.keyboard.type('nobody')
      await expect(page.getByText('Nothing found')).toBeVisible()
      await (await cellOf(page, 'City', 3)).click()
      await expect(page.getByText('Nothing was chosen for “nobody”.')).toBeVisible()
      await expect(await cellOf(page, 'Company', 2)).toContainText('nobody')
      await page.getByRole('button', { name: 'Discard' }).click()
      await expect(await cellOf(page, 'Company', 2)).toHaveText('Acme')
    })

    test('is not said to be unknown when the search did not work', async () => {
      await newCustomer()
      await page.route(SEARCH, (route) => route.abort())
      await company().pressSequentially('acm')
      await expect(page.getByText('The search did not work')).toBeVisible()
      await page.unroute(SEARCH)
    })
  })

  test('the palette opens what answers the text as it is typed now, and says when the search did not work', async () => {
    await page.goto('/orders')
    await expect(page.getByRole('link', { name: 'A-1' })).toBeVisible()
    await page.keyboard.press('Control+k')
    const find = page.getByRole('combobox', { name: 'Find anything' })
    await find.fill('acme')
    await expect(page.getByRole('option', { name: /Acme/ })).toBeVisible()
    const letGo = await hold(SEARCH)
    await find.fill('oak chair')
    await page.keyboard.press('Enter')
    await letGo()
    await expect(page).toHaveURL(/\/products\/\d+/)
    await page.route(SEARCH, (route) => route.abort())
    await page.keyboard.press('Control+k')
    await find.fill('nothing like it')
    await expect(
      page.getByText('The search did not work. Check the connection and type again.'),
    ).toBeVisible()
    await page.unroute(SEARCH)
    await page.keyboard.press('Escape')
  })

  test('an order for a customer who cannot be read is begun for nobody else', async () => {
    const { items } = await (await page.request.get('/api/customers?limit=1')).json()
    const { id } = items[0]
    await page.route(`**/api/customers/${id}`, (route) => route.abort())
    await page.goto(`/orders/new?customer_id=${id}`)
    await expect(page.getByText('Rapport cannot be reached.')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Create order' })).toHaveCount(0)
    await page.unroute(`**/api/customers/${id}`)
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(page.getByRole('combobox', { name: 'Customer' })).toHaveValue(/^(Lee|Ann Customer)/)
  })

  test('a dialog in which nothing was typed goes with its page', async () => {
    await page.goto('/orders')
    await page.getByRole('link', { name: 'Customers' }).click()
    await page.getByRole('button', { name: 'New customer' }).click()
    await expect(page.getByRole('dialog', { name: 'New customer' })).toBeVisible()
    await page.goBack()
    await expect(page).toHaveURL(/\/orders/)
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })

  test('a menu whose code does not come leaves the page as it is, and opens once it comes', async () => {
    const fresh = await page.context().newPage()
    await fresh.route('**/assets/menu-popup*', (route) => route.abort())
    await fresh.goto('/orders/new')
    await fresh.getByLabel('Notes').fill('Deliver to the back door')
    await fresh.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => name.includes('/toaster-')),
    )
    const menu = fresh.getByRole('button', { name: /theme and sign out/ })
    await menu.click()
    await expect(fresh.getByText('This could not be opened.')).toBeVisible()
    await expect(fresh.getByLabel('Notes')).toHaveValue('Deliver to the back door')
    await fresh.unroute('**/assets/menu-popup*')
    await menu.click()
    await expect(fresh.getByRole('menuitem', { name: 'Sign out' })).toBeVisible()
    await fresh.close()
  })
})
