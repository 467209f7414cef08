import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { expect, type Page, type Route } from '@playwright/test'
import { type BrowserTest, noBrowser, screens, startBrowserTest } from './browser.ts'
import { enter, fillWorkspace } from './workspace.ts'

const NOTES = '**/api/interactions'

describe('what fails once one has gone on', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let cookie: string
  let ids: number[]

  /** Holds requests to an address until so many are answered, in one way. */
  const hold = async (address: string) => {
    const held: Route[] = []
    await page.route(address, (route) => void held.push(route))
    return async (how: 'continue' | 'abort', times = 1) => {
      for (let at = 0; at < times; at += 1) {
        await expect.poll(() => held.length).toBeGreaterThan(at)
        await held[at]?.[how]()
      }
      await page.unroute(address)
    }
  }
  const logged = () =>
    started.app.db.selectFrom('interactions').where('body', '=', 'Wants oak').select('id').execute()
  const openCustomer = async (at: number) => {
    await page.goto(`/customers/${ids[at]}`)
    await expect(page.getByLabel('Text of the note')).toBeVisible()
  }

  before(async () => {
    started = await startBrowserTest()
    const filled = await fillWorkspace(started, 120)
    cookie = filled.cookie
    const rows = await started.app.db.selectFrom('customers').orderBy('last_name').select('id').execute()
    ids = rows.map(({ id }) => id)
  })
  after(() => started.close())
  beforeEach(async () => {
    await started.app.db.deleteFrom('interactions').execute()
    page = await started.visit()
    await enter(page, cookie, started.app.url)
  })

  test('a note that was not saved is said on another page, and waits where it was written', async () => {
    await openCustomer(0)
    await page.getByLabel('Text of the note').fill('Wants oak')
    // It is sent again by itself, each time in vain.
    const fail = await hold(NOTES)
    await page.getByRole('button', { name: 'Save note' }).click()
    await page.getByRole('link', { name: 'Companies', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Companies' })).toBeVisible()
    await fail('abort', 3)
    await expect(page.getByText('The note “Wants oak” was not saved.')).toBeVisible()
    await page.goBack()
    await expect(page.getByLabel('Text of the note')).toHaveValue('Wants oak')
    await page.getByRole('button', { name: 'Save note' }).click()
    await expect.poll(async () => (await logged()).length).toBe(1)
  })

  test('a note that is being saved is still that when one comes back, and is logged once', async () => {
    await openCustomer(0)
    await page.getByLabel('Text of the note').fill('Wants oak')
    const letGo = await hold(NOTES)
    await page.getByRole('button', { name: 'Save note' }).click()
    await page.getByRole('tab', { name: 'Orders' }).click()
    await page.getByRole('tab', { name: 'Activity' }).click()
    await page.getByLabel('Text of the note').press('Control+Enter')
    await letGo('continue')
    await expect(page.getByText('Note saved')).toBeVisible()
    await expect(page.getByLabel('Text of the note')).toHaveValue('')
    await expect.poll(async () => (await logged()).length).toBe(1)
  })

  test('an upload that failed is said on another page', async () => {
    await page.goto('/import')
    const file = { name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') }
    await page.getByLabel('Files').setInputFiles([file])
    await expect(page.getByRole('button', { name: 'Import 1 file', exact: true })).toBeVisible()
    const fail = await hold('**/api/imports')
    await page.getByRole('button', { name: 'Import 1 file' }).click()
    await page.getByRole('link', { name: 'Companies', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Companies' })).toBeVisible()
    await fail('abort')
    await expect(page.getByText('The files were not imported.')).toBeVisible()
  })

  test('a list of imports that does not come says so, and is asked for again', async () => {
    await page.route('**/api/imports', (route) => route.abort())
    await page.goto('/import')
    await expect(page.getByRole('alert')).toContainText('cannot be reached', { timeout: 10_000 })
    await page.unroute('**/api/imports')
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(page.getByText('Nothing was imported yet.')).toBeVisible()
  })

  test('what is typed while the settings are being saved stays, and can be saved', async () => {
    await page.goto('/settings')
    const name = page.getByRole('region', { name: 'Workspace' }).getByLabel('Name')
    await name.fill('Fjord')
    const letGo = await hold('**/api/workspace')
    await page.getByRole('button', { name: 'Save workspace' }).click()
    await name.fill('Fjord Trading')
    await letGo('continue')
    await expect(page.getByText('Workspace saved')).toBeVisible()
    await expect(name).toHaveValue('Fjord Trading')
    await page.getByRole('button', { name: 'Save workspace' }).click()
    await expect
      .poll(() => started.app.db.selectFrom('workspaces').select('name').executeTakeFirst())
      .toEqual({ name: 'Fjord Trading' })
  })

  test('a record that does not come at J says why, and one stays where one is', async () => {
    // Only the first page of the list comes.
    await page.route(/api\/customers\?.*(after|at|before)=/, (route) => route.abort())
    await page.goto('/customers?sort=last_name')
    await expect(page.getByText('Ann Customer 0000001')).toBeVisible()
    await page.getByRole('grid').focus()
    await page.locator('.grid-scroller').evaluate((element) => element.scrollTo(0, 100 * 36 - 300))
    await page.getByRole('link', { name: 'Ann Customer 0000100' }).click()
    await expect(page.getByText('100 of 120')).toBeVisible()
    await page.keyboard.press('j')
    await expect(page.getByText('The next customer could not be loaded.')).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Ann Customer 0000100' })).toBeVisible()
  })

  test('an address that the server refuses is shown as it was typed, and typed on', async () => {
    await page.goto(`/customers/${ids[1]}`)
    await page.getByRole('button', { name: 'Add email' }).click()
    await page.getByLabel('Email address').fill('ann@nowhere')
    await page.keyboard.press('Enter')
    const refused = page.getByRole('region', { name: 'More emails' })
    await expect(refused.getByRole('alert')).toBeVisible()
    await expect(refused).toContainText('ann@nowhere')
    await refused.getByRole('button', { name: 'Edit', exact: true }).click()
    await expect(page.getByLabel('Email address')).toHaveValue('ann@nowhere')
    await page.getByLabel('Email address').fill('ann@nowhere.example')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('link', { name: 'ann@nowhere.example' })).toBeVisible()
    await expect(refused.getByRole('alert')).toHaveCount(0)
  })

  test('rows that were not deleted stay ticked, and are deleted later', async () => {
    await page.goto('/representatives')
    await expect(page.getByRole('link', { name: 'Rita Rep' })).toBeVisible()
    await page.getByRole('grid').focus()
    await page.keyboard.press('x')
    const bar = page.getByRole('toolbar', { name: 'Selected rows' })
    await expect(bar).toContainText('1 selected')
    await bar.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await expect(bar).toContainText('1 selected')
    await page.route('**/api/trash/representatives', (route) => route.abort())
    await expect(page.getByRole('checkbox', { name: 'Select Rita Rep' })).toBeChecked()
  })

  test('Ctrl-Z in a dialog takes nothing back behind it', async () => {
    await page.goto('/customers?sort=last_name')
    await page.getByRole('grid').focus()
    await page.keyboard.press('x')
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
    await expect(page.getByText('1 customer deleted')).toBeVisible()
    await page.getByRole('button', { name: 'New customer' }).click()
    const cancel = page.getByRole('dialog').getByRole('button', { name: 'Cancel' })
    const restored: string[] = []
    page.on('request', (request) => void (request.url().endsWith('/restore') && restored.push(request.url())))
    await cancel.focus()
    await page.keyboard.press('Control+z')
    await cancel.click()
    assert.deepEqual(restored, [])
    await page.keyboard.press('Control+z')
    await expect(page.getByRole('link', { name: 'Ann Customer 0000001' })).toBeVisible()
  })

  test('an invitation that was made is no unsaved work', async () => {
    await page.goto('/companies')
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('button', { name: 'Invite someone' }).click()
    await page.getByLabel('Email', { exact: true }).fill('new@example.com')
    await page.getByRole('button', { name: 'Make a link' }).click()
    await expect(page.getByLabel('Invitation link')).toBeVisible()
    await page.goBack()
    await expect(page.getByRole('heading', { name: 'Companies' })).toBeVisible()
    await expect(page.getByRole('alertdialog')).toHaveCount(0)
  })

  test('a new order in a tab of its own is left for the orders', async () => {
    await page.goto('/orders/new')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(page).toHaveURL(/\/orders$/)
  })

  test('a filter by a record that is gone is called by its number, and stays where its operator changes', async () => {
    await page.goto('/customers?company_id=999')
    const chip = page.getByRole('group', { name: 'Filter: Company' })
    await expect(chip).toContainText('#999')
    await chip.getByRole('button', { name: 'is', exact: true }).click()
    await page.getByRole('menuitem', { name: 'is not' }).click()
    await expect(chip.getByRole('button', { name: 'is not' })).toBeFocused()
  })

  test('another tab that chooses a theme is followed here', async () => {
    await page.goto('/settings')
    const other = await page.context().newPage()
    await other.goto('/settings')
    await other.getByRole('radio', { name: 'Dark' }).check()
    await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked()
    await expect(page.locator('html')).toHaveCSS('color-scheme', 'dark')
  })

  test('another search on a phone is shown from its start', async () => {
    await page.setViewportSize(screens.phone)
    await page.goto('/customers?sort=last_name')
    await expect(page.getByText('Ann Customer 0000001')).toBeVisible()
    await page.getByRole('list', { name: 'Customers' }).hover()
    await page.mouse.wheel(0, 2_000)
    await expect(page.getByText('Ann Customer 0000040')).toBeVisible()
    await page.getByRole('searchbox').fill('Customer')
    await expect(page).toHaveURL(/q=Customer/)
    await expect(page.getByText('Ann Customer 0000001')).toBeInViewport()
  })
})
