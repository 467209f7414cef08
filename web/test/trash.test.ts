import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { sql } from 'kysely'
import { type BrowserTest, expectAccessible, noBrowser, screens, startBrowserTest } from './browser.ts'
import { addDeletedPerson, enter, fillWorkspace } from './workspace.ts'

describe('what was deleted has a door, a way back and a way out', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let cookie: string
  let workspaceId: number

  const query = async <T>(text: ReturnType<typeof sql<T>>): Promise<T> => {
    const { rows } = await text.execute(started.app.db)
    assert.ok(rows[0])
    return rows[0]
  }
  const customersOf = async (name: string) => {
    const { n } = await query(sql<{ n: number }>`
      SELECT count(*) AS n FROM customers c JOIN sales_representatives r
        ON r.workspace_id = c.workspace_id AND r.id = c.assigned_sales_rep_id
      WHERE c.workspace_id = ${workspaceId} AND c.deleted_at IS NULL AND r.last_name = ${name}`)
    return n
  }

  before(async () => {
    started = await startBrowserTest()
    const filled = await fillWorkspace(started, 20)
    cookie = filled.cookie
    workspaceId = filled.workspaceId
    await addDeletedPerson(started, workspaceId)
    await sql`
      INSERT INTO sales_representatives (workspace_id, first_name, last_name) VALUES (${workspaceId}, 'Nina', 'New')`.execute(
      started.app.db,
    )
    page = await started.visit()
    await enter(page, cookie, started.app.url)
  })
  after(() => started.close())

  test('the message of a deletion leads to the trash, which says who and when, and restores', async () => {
    await page.goto('/customers?q=0000003')
    await page.getByRole('link', { name: 'Ann Customer 0000003' }).click()
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Delete customer' }).click()
    const message = page.getByRole('listitem').filter({ hasText: 'Ann Customer 0000003 deleted' })
    await message.getByRole('button', { name: 'Trash' }).click()
    await expect(page).toHaveURL(/\/trash\?kind=customers/)
    const row = page.getByRole('row', { name: /Ann Customer 0000003/ })
    await expect(row).toContainText(/Test owner|Owner/i)
    await row.getByRole('link', { name: 'Ann Customer 0000003' }).click()
    await expect(page.getByRole('status').filter({ hasText: 'In the trash since' })).toContainText(
      'deleted by',
    )
    await page.getByRole('button', { name: 'Restore' }).click()
    await expect(page.getByText('In the trash since')).toHaveCount(0)
  })

  test('it is found by the palette and by keys, searched, and restores several at once', async () => {
    await page.goto('/customers')
    await page.getByRole('grid').focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('x')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('x')
    await page.getByRole('button', { name: /Delete/ }).press('Enter')
    await expect(page.getByText('2 customers deleted')).toBeVisible()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('trash')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Trash' })).toBeVisible()
    await expect(page.getByRole('link', { name: /^Customers\s*3$/ })).toBeVisible()
    await page.keyboard.press('/')
    await page.keyboard.type('ann')
    await expect(page.getByRole('row')).toHaveCount(3)
    await page.getByRole('checkbox', { name: 'Select all shown' }).check()
    await page.getByRole('toolbar').getByRole('button', { name: 'Restore' }).click()
    await expect(page.getByText('2 customers restored')).toBeVisible()
    await expect(page.getByText('No deleted customers match.')).toBeVisible()
    await page.getByRole('button', { name: 'Clear search' }).click()
    await expect(page.getByRole('row', { name: /Deleted Person/ })).toBeVisible()
  })

  test('deleting a representative asks who takes over, and Undo gives everything back', async () => {
    assert.equal(await customersOf('Rep'), 20)
    await page.goto('/representatives')
    await page.getByRole('link', { name: 'Rita Rep' }).click()
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Delete representative' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete Rita Rep' })
    await expect(dialog).toContainText('20 customers belong to Rita Rep')
    await expectAccessible(page)
    await expect(dialog.getByRole('button', { name: 'Hand over and delete' })).toBeDisabled()
    await dialog.getByLabel('Who takes over').fill('nina')
    await dialog.getByRole('option', { name: 'Nina New' }).click()
    await dialog.getByRole('button', { name: 'Hand over and delete' }).click()
    await expect(page.getByText('Rita Rep deleted')).toBeVisible()
    assert.deepEqual([await customersOf('Rep'), await customersOf('New')], [0, 20])
    await page.getByRole('button', { name: 'Undo' }).first().click()
    await expect.poll(() => customersOf('Rep')).toBe(20)
  })

  test("an order whose number is another one's by now comes back with a new number, if one wants", async () => {
    const order = (number: string, deleted: string) => sql`
      INSERT INTO orders (workspace_id, order_number, order_date, currency, currency_digits, deleted_at)
      VALUES (${workspaceId}, ${number}, current_date, 'EUR', 2, ${deleted || null})`
    await order('INV-7', new Date().toISOString()).execute(started.app.db)
    await order('INV-7', '').execute(started.app.db)
    await page.goto('/trash?kind=orders')
    await page.getByRole('button', { name: 'Restore INV-7' }).first().click()
    const question = page.getByRole('alertdialog', { name: 'Restore INV-7?' })
    await expect(question).toContainText('Another order has this number.')
    await question.getByRole('button', { name: 'Restore with a new number' }).click()
    await expect(page.getByText('INV-7 restored')).toBeVisible()
    const { n } = await query(sql<{ n: number }>`
      SELECT count(*) AS n FROM orders WHERE workspace_id = ${workspaceId} AND deleted_at IS NULL AND order_number LIKE 'R-%'`)
    assert.equal(n, 1)
  })

  test('deleting for good names what goes, and is for owners and admins', async () => {
    await page.goto('/trash')
    await page.getByRole('button', { name: 'Delete Deleted Person for good' }).click()
    const question = page.getByRole('alertdialog', { name: 'Delete Deleted Person for good?' })
    await expect(question).toContainText('This cannot be undone.')
    await expectAccessible(page)
    await question.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByRole('row', { name: /Deleted Person/ })).toBeVisible()
    await page.getByRole('button', { name: 'Delete Deleted Person for good' }).click()
    await page.getByRole('button', { name: 'Delete for good', exact: true }).click()
    await expect(page.getByText('Deleted Person deleted for good')).toBeVisible()
    await expect(page.getByText('No customers in the trash.')).toBeVisible()
  })

  test('a value for a record that a colleague has just deleted stays as it was typed, and the page says why', async () => {
    await page.goto('/customers?q=0000005')
    await page.getByRole('link', { name: 'Ann Customer 0000005' }).click()
    await expect(page.getByRole('button', { name: /^City: Oslo/ })).toBeVisible()
    await page.getByRole('button', { name: /^City: Oslo/ }).click()
    await page.getByRole('textbox', { name: 'City' }).fill('Bergen')
    await sql`
      UPDATE customers SET deleted_at = now() WHERE workspace_id = ${workspaceId} AND last_name = 'Customer 0000005'`.execute(
      started.app.db,
    )
    await page.keyboard.press('Enter')
    await expect(page.getByText('In the trash since')).toBeVisible()
    await expect(page.getByText(/It is in the trash; restore it first/).first()).toBeVisible()
    await expect(page.getByText('Bergen').first()).toBeVisible()
  })

  test('on a phone it is under More, and dark', async () => {
    const phone = await started.visit({ viewport: screens.phone, colorScheme: 'dark' })
    await enter(phone, cookie, started.app.url)
    await phone.goto('/settings')
    await phone.getByRole('navigation', { name: 'Everything' }).getByRole('link', { name: 'Trash' }).click()
    await expect(phone.getByRole('row', { name: /Ann Customer 0000005/ })).toBeVisible()
    await expectAccessible(phone)
  })
})
