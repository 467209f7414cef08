import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { type BrowserTest, noBrowser, startBrowserTest } from './browser.ts'
import { enter, fillWorkspace } from './workspace.ts'

const CUSTOMERS = 3_000

describe('the list of customers is worked with the keyboard alone', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let workspaceId: number

  const cityOf = async (lastName: string) => {
    const row = await started.app.db
      .selectFrom('customers')
      .where('last_name', '=', lastName)
      .select('city')
      .executeTakeFirst()
    return row?.city
  }
  const inTrash = async () => {
    const rows = await started.app.db
      .selectFrom('customers')
      .where('workspace_id', '=', workspaceId)
      .where('deleted_at', 'is not', null)
      .select('id')
      .execute()
    return rows.length
  }

  before(async () => {
    started = await startBrowserTest()
    const filled = await fillWorkspace(started, CUSTOMERS)
    workspaceId = filled.workspaceId
    page = await started.visit()
    await enter(page, filled.cookie, started.app.url)
    await page.goto('/customers')
    await expect(page.getByText('Ann Customer 0000001')).toBeVisible()
    await page.getByRole('grid').focus()
  })
  after(() => started.close())

  test('End shows the last of all rows, Home the first', async () => {
    await page.keyboard.press('Control+End')
    await expect(page.getByText('Ann Customer 0003000')).toBeVisible()
    await page.keyboard.press('Control+Home')
    await expect(page.getByText('Ann Customer 0000001')).toBeVisible()
  })

  test('F2 edits a cell, Enter saves it and goes down, Escape takes it back', async () => {
    await moveTo(page, 'City')
    await page.keyboard.press('F2')
    await page.getByRole('textbox', { name: 'City' }).fill('Bergen')
    await page.keyboard.press('Enter')
    await expect.poll(() => cityOf('Customer 0000001')).toBe('Bergen')
    await page.keyboard.press('F2')
    await page.getByRole('textbox', { name: 'City' }).fill('Nowhere')
    await page.keyboard.press('Escape')
    await expect(page.getByText('Nowhere')).toHaveCount(0)
    assert.equal(await cityOf('Customer 0000002'), 'Oslo')
  })

  test('X selects, Delete in the bar trashes, and Undo brings back', async () => {
    // Where a cell can be edited a letter begins the edit; the name of the record cannot.
    await page.keyboard.press('Home')
    await page.keyboard.press('x')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('x')
    await page.getByRole('button', { name: /Delete/ }).press('Enter')
    await expect.poll(inTrash).toBe(2)
    const message = page.getByRole('listitem').filter({ hasText: '2 customers deleted' })
    await message.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(inTrash).toBe(0)
  })

  test('the address holds the search, so that it can be shared and reloaded', async () => {
    await page.getByRole('grid').focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('/')
    await expect(page.getByRole('searchbox')).toBeFocused()
    await page.keyboard.type('0000777')
    await expect(page).toHaveURL(/q=0000777/)
    await expect(page.getByText('Ann Customer 0000777')).toBeVisible()
    await page.reload()
    await expect(page.getByText('Ann Customer 0000777')).toBeVisible()
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2')
  })

  test('a search is counted, scrolled and selected to its end, and what is selected is said in full', async () => {
    await page.goto('/customers?q=cust')
    await page.getByRole('button', { name: 'More than 1,000; count them all' }).click()
    await expect(page.getByText('3,000', { exact: true })).toBeVisible()
    await page.getByRole('grid').focus()
    await page.keyboard.press('Control+End')
    await expect(page.getByText('Ann Customer 0003000')).toBeVisible()
    const bar = page.getByRole('toolbar', { name: 'Selected rows' })
    await page.keyboard.press('x')
    await expect(bar).toContainText('1 selected')
    // What is ticked already is no reason to tick nothing.
    await page.keyboard.press('Control+a')
    await expect(bar).toContainText('The first 1,000 of 3,000 selected')
    // What is out of sight with another search is not selected any more.
    await page.keyboard.press('/')
    await page.getByRole('searchbox').fill('0000777')
    await expect(page.getByText('Ann Customer 0000777')).toBeVisible()
    await expect(bar).toHaveCount(0)
  })

  test('a list says what it was searched for instead, and what nothing matches', async () => {
    await page.getByRole('searchbox').fill('custmoer')
    const said = 'Nothing matches “custmoer” as it is written. These match “customer”.'
    await expect(page.getByText(said)).toBeVisible()
    await page.getByRole('searchbox').fill('xyzzyplugh')
    await expect(page.getByText('No customers match “xyzzyplugh”.')).toBeVisible()
    await expect(page.getByText(said)).toHaveCount(0)
  })
})

/** Goes along the active row to the column with this title. */
async function moveTo(page: Page, title: string): Promise<void> {
  const titles = await page.getByRole('columnheader').allInnerTexts()
  const steps = titles.findIndex((text) => text.trim() === title)
  assert.ok(steps > 0, `there is no column ${title}`)
  const active = await page.getByRole('grid').getAttribute('aria-activedescendant')
  const from = await page.locator(`[id="${active}"]`).getAttribute('aria-colindex')
  for (let column = Number(from); column < steps + 1; column += 1) await page.keyboard.press('ArrowRight')
}
