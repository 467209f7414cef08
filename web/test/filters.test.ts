import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { sql } from 'kysely'
import { type BrowserTest, expectAccessible, noBrowser, screens, startBrowserTest } from './browser.ts'
import { enter, fillWorkspace } from './workspace.ts'

const CUSTOMERS = 5

describe('the filters of a list', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let workspaceId: number

  before(async () => {
    started = await startBrowserTest()
    const filled = await fillWorkspace(started, CUSTOMERS)
    workspaceId = filled.workspaceId
    const { db } = started.app
    // East of Berlin, where the browser is: the person is in another zone than the workspace.
    await sql`UPDATE workspaces SET time_zone = 'Pacific/Auckland' WHERE id = ${workspaceId}`.execute(db)
    await sql`UPDATE customers SET created_at = '2026-03-10T08:00:00Z' WHERE workspace_id = ${workspaceId}`.execute(
      db,
    )
    const cities = ['Washington, D.C.', 'Zürich', 'Oslo', null, null]
    for (const [index, city] of cities.entries()) {
      await sql`UPDATE customers SET city = ${city} WHERE workspace_id = ${workspaceId}
        AND last_name = ${`Customer ${String(index + 1).padStart(7, '0')}`}`.execute(db)
    }
    page = await started.visit()
    await enter(page, filled.cookie, started.app.url)
  })
  after(() => started.close())

  const open = async (path: string) => {
    await page.goto(path)
    await expect(page.getByRole('grid')).toBeVisible()
  }
  const chip = (field: string) => page.getByRole('group', { name: `Filter: ${field}` })
  const count = (rows: number) => expect(page.getByRole('row')).toHaveCount(rows + 1)
  const query = () => decodeURIComponent(new URL(page.url()).search.replaceAll('+', ' '))
  const begin = async (field: string) => {
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('option', { name: field, exact: true }).click()
  }
  const operator = async (field: string, from: string, to: string) => {
    await chip(field).getByRole('button', { name: from, exact: true }).click()
    await page.getByRole('menuitem', { name: to, exact: true }).click()
  }

  test('choosing the operator of a new one opens the menu and keeps it', async () => {
    await open('/customers')
    await count(5)
    await begin('City')
    await chip('City').getByRole('button', { name: 'is', exact: true }).click()
    await expect(page.getByRole('menuitem', { name: 'is empty' })).toBeVisible()
    await expect(chip('City')).toBeVisible()
    await page.getByRole('menuitem', { name: 'is empty' }).click()
    await expect(chip('City')).toContainText('is emptyyes')
    await count(2)
    await chip('City').getByRole('button', { name: 'yes' }).click()
    await count(3)
  })

  test('what one typed first is kept when the operator is chosen after it', async () => {
    await open('/customers')
    await begin('City')
    await page.keyboard.type('Oslo')
    await operator('City', 'is', 'is not')
    await count(4)
    assert.equal(query(), '?city[not]=Oslo')
  })

  test('the operator is chosen by keys alone, and the focus is where one types', async () => {
    await open('/customers')
    await page.getByRole('grid').focus()
    await page.keyboard.press('f')
    await page.keyboard.type('City')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('textbox', { name: 'City to filter by' })).toBeFocused()
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'is any of' }).waitFor()
    await page.keyboard.type('is any')
    await page.keyboard.press('Enter')
    const input = page.getByRole('textbox', { name: 'City to filter by' })
    await expect(input).toBeFocused()
    await page.keyboard.type('"Washington, D.C.", Zürich')
    await page.keyboard.press('Enter')
    await count(2)
    await expect(chip('City')).toContainText('Washington, D.C. · Zürich')
    assert.equal(query(), '?city[in]="Washington, D.C.",Zürich')
  })

  test('a value with a comma stays one value from “is” to “is any of” and back', async () => {
    await open('/customers?city=Washington%2C+D.C.')
    await count(1)
    await operator('City', 'is', 'is any of')
    await count(1)
    await expect(chip('City')).toContainText('is any ofWashington, D.C.')
    assert.equal(query(), '?city[in]="Washington, D.C."')
    await operator('City', 'is any of', 'is')
    await count(1)
    assert.equal(query(), '?city=Washington, D.C.')
  })

  test('an open quote is said under the field, and the list stays', async () => {
    await open('/customers?city%5Bin%5D=Oslo')
    await count(1)
    await chip('City').getByRole('button', { name: 'Oslo' }).click()
    await page.getByRole('textbox', { name: 'City to filter by' }).fill('"Oslo, Zürich')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toContainText('double quotes')
    await count(1)
    await expectAccessible(page)
  })

  test('a draft that nothing was typed into goes when one leaves it, and by Escape', async () => {
    await open('/customers')
    await begin('City')
    await page.getByRole('searchbox').click()
    await expect(chip('City')).toHaveCount(0)
    await begin('City')
    await page.keyboard.press('Escape')
    await expect(chip('City')).toHaveCount(0)
    assert.equal(query(), '')
  })

  test('from “is empty” to another operator the list waits for the value, and Escape brings it back', async () => {
    await open('/customers?city%5Bempty%5D=true')
    await count(2)
    await operator('City', 'is empty', 'is')
    await expect(page.getByRole('textbox', { name: 'City to filter by' })).toBeFocused()
    await count(2)
    await page.keyboard.press('Escape')
    await expect(chip('City')).toContainText('is emptyyes')
    assert.equal(query(), '?city[empty]=true')
  })

  test('looking at a day does not change it', async () => {
    await open('/customers?created_at%5Bgte%5D=2026-03-10')
    await count(5)
    for (let look = 0; look < 3; look++) {
      await chip('Created').getByRole('button', { name: '10 Mar 2026' }).click()
      await expect(page.getByLabel('Created to filter by')).toHaveValue('2026-03-10')
      await page.getByRole('searchbox').click()
      await expect(chip('Created')).toContainText('10 Mar 2026')
    }
    assert.equal(query(), '?created_at[gte]=2026-03-10')
  })

  test('an older address with a moment works, shows its day in the workspace, and stays', async () => {
    // The first moment of 10 March in Auckland.
    const search = '?created_at%5Bgte%5D=2026-03-09T11%3A00%3A00.000Z'
    await open(`/customers${search}`)
    await count(5)
    await chip('Created').getByRole('button', { name: '10 Mar 2026' }).click()
    await expect(page.getByLabel('Created to filter by')).toHaveValue('2026-03-10')
    await page.getByRole('searchbox').click()
    await expect(chip('Created')).toContainText('10 Mar 2026')
    assert.equal(query(), decodeURIComponent(search))
  })

  test('until a day includes the day, for moments as for days', async () => {
    await open('/customers')
    await begin('Created')
    await operator('Created', 'is', 'until')
    await page.getByLabel('Created to filter by').fill('2026-03-10')
    await page.keyboard.press('Enter')
    await count(5)
    await operator('Created', 'until', 'before')
    await expect(page.getByText('No customers match.')).toBeVisible()
    assert.equal(query(), '?created_at[lt]=2026-03-10')
    await open('/orders')
    const [today = ''] = (
      await sql<{
        d: string
      }>`SELECT order_date::text AS d FROM orders WHERE workspace_id = ${workspaceId}`.execute(started.app.db)
    ).rows.map(({ d }) => d)
    await open(`/orders?order_date%5Blte%5D=${today}`)
    await count(1)
  })

  test('a number is read as the person writes it; what is none is said under the field', async () => {
    await open('/orders')
    await count(1)
    await begin('Total')
    await operator('Total', 'is', 'below')
    const input = page.getByRole('textbox', { name: 'Total to filter by' })
    await input.fill('1.000,50')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toContainText('1.000,50')
    await expect(input).toBeFocused()
    await count(1)
    assert.equal(query(), '')
    await input.fill('1,000.50')
    await page.keyboard.press('Enter')
    await expect(chip('Total')).toContainText('1,000.5')
    await count(1)
    assert.equal(query(), '?total_amount[lt]=1000.5')
    await chip('Total').getByRole('button', { name: '1,000.5' }).click()
    await page.getByRole('searchbox').click()
    assert.equal(query(), '?total_amount[lt]=1000.5')
  })

  test('what was typed wrong stays while one looks elsewhere', async () => {
    await open('/orders?total_amount%5Blt%5D=1000')
    await count(1)
    await chip('Total').getByRole('button', { name: '1,000' }).click()
    await page.getByRole('textbox', { name: 'Total to filter by' }).fill('ten')
    await page.getByRole('searchbox').click()
    await expect(page.getByRole('textbox', { name: 'Total to filter by' })).toHaveValue('ten')
    await expect(page.getByRole('alert')).toContainText('ten')
    await count(1)
  })

  test('a filter that the server refuses is named, and can be removed', async () => {
    await page.goto('/orders?total_amount=1%2C000&status=confirmed')
    const alert = page.getByRole('alert')
    await expect(alert).toContainText('This filter cannot be used: Total is “1,000”.')
    await expect(alert).not.toContainText('saved')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Remove this filter', exact: true }).click()
    await count(1)
    assert.equal(query(), '?status=confirmed')
  })

  test('a browser without Temporal has the same days', async () => {
    const other = await started.visit()
    await other.addInitScript(() => Reflect.deleteProperty(globalThis, 'Temporal'))
    await other.context().addCookies(await page.context().cookies())
    const loaded: string[] = []
    other.on('request', (request) => loaded.push(request.url()))
    await other.goto('/customers?created_at%5Bgte%5D=2026-03-09T11%3A00%3A00.000Z')
    await expect(other.getByRole('group', { name: 'Filter: Created' })).toContainText('10 Mar 2026')
    assert.ok(await other.evaluate(() => 'Temporal' in globalThis))
    await other.close()
  })

  test('a browser with Temporal loads nothing in its place', async (t) => {
    const scripts: string[] = []
    const watch = (request: { url: () => string }) => scripts.push(request.url())
    page.on('request', watch)
    const native = await page.evaluate(() => /native code/.test(String(globalThis.Temporal?.Now.instant)))
    await page.goto('/customers')
    await expect(page.getByRole('grid')).toBeVisible()
    page.off('request', watch)
    t.diagnostic(`Temporal of this Chromium: ${native ? 'its own' : 'none'}`)
    assert.equal(
      scripts.some((url) => url.includes('/global')),
      !native,
    )
  })

  test('one with long values is shortened on a narrow screen, and can be removed there', async () => {
    await page.setViewportSize(screens.phone)
    await page.goto(
      `/customers?city[in]=${encodeURIComponent(`"Washington, D.C.",Oslo,${'Zürich'.repeat(12)}`)}`,
    )
    await expect(chip('City')).toBeVisible()
    await chip('City').getByRole('button', { name: 'Remove the filter on City' }).click({ trial: true })
    const box = await chip('City').boundingBox()
    assert.ok(box && box.x + box.width <= screens.phone.width)
    await page.setViewportSize(screens.desktop)
  })
})
