import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { type BrowserTest, noBrowser, startBrowserTest } from './browser.ts'
import { cellOf, moveTo, openList } from './grid-cells.ts'
import { enter, fillWorkspace } from './workspace.ts'

const LONG_AGO_MS = 60_000

describe('a cell belongs to a record, though others change the list', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let workspaceId: number
  let later_ms = 0

  const cities = async () => {
    const rows = await started.app.db
      .selectFrom('customers')
      .where('workspace_id', '=', workspaceId)
      .where('deleted_at', 'is', null)
      .orderBy('last_name')
      .select(['last_name', 'city'])
      .execute()
    return Object.fromEntries(rows.map((row) => [row.last_name.replace(/^Customer 0+/, ''), row.city]))
  }
  /** What a colleague does on another machine. */
  const somebody = async (path: string, body: object) => {
    const status = await page.evaluate(
      async ([url, sent]) => {
        const headers = { 'content-type': 'application/json' }
        return (await fetch(url, { method: 'POST', headers, body: sent })).status
      },
      [path, JSON.stringify(body)] as const,
    )
    assert.ok(status < 300, `${path} answered ${status}`)
  }
  const somebodyAdds = (last_name: string) =>
    somebody('/api/customers', { first_name: 'Ann', last_name, city: 'Bodø' })
  const somebodyDeletes = async (last_name: string) => {
    const { id } = await started.app.db
      .selectFrom('customers')
      .where('workspace_id', '=', workspaceId)
      .where('last_name', '=', last_name)
      .select('id')
      .executeTakeFirstOrThrow()
    await somebody('/api/trash/customers', { ids: [id] })
  }
  /** The person comes back to the window after a while. */
  const comeBack = async (rows: number) => {
    later_ms += LONG_AGO_MS
    await page.clock.setFixedTime(Date.now() + later_ms)
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', String(rows + 1))
  }
  const active = () => page.locator('.grid-active')

  before(async () => {
    started = await startBrowserTest()
  })
  after(() => started.close())
  beforeEach(async () => {
    const filled = await fillWorkspace(started, 4)
    workspaceId = filled.workspaceId
    page = await started.visit()
    await enter(page, filled.cookie, started.app.url)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await openList(page, '/customers?sort=last_name', 'Ann Customer 0000001')
    await moveTo(page, 'City')
    await page.keyboard.press('ArrowDown')
  })

  test('Delete empties the cell of the record that was chosen, also once that is in another row', async () => {
    await somebodyAdds('Aas')
    await comeBack(5)
    await page.keyboard.press('Delete')
    await expect(page.getByText('City changed')).toBeVisible()
    assert.deepEqual(await cities(), { Aas: 'Bodø', 1: 'Oslo', 2: null, 3: 'Oslo', 4: 'Oslo' })
  })

  test('so do typing, which goes on in the row below, and pasting', async () => {
    await somebodyDeletes('Customer 0000001')
    await comeBack(3)
    await page.keyboard.type('Moss')
    await page.keyboard.press('Enter')
    await expect.poll(cities).toEqual({ 2: 'Moss', 3: 'Oslo', 4: 'Oslo' })
    await somebodyAdds('Aas')
    await comeBack(4)
    await page.evaluate(() => navigator.clipboard.writeText('Hamar'))
    await page.keyboard.press('Control+v')
    await expect.poll(cities).toEqual({ Aas: 'Bodø', 2: 'Moss', 3: 'Hamar', 4: 'Oslo' })
  })

  test('where the record is gone nothing is done to another, which is said, until one chooses it', async () => {
    await somebodyDeletes('Customer 0000002')
    await comeBack(3)
    for (const key of ['Delete', 'Backspace', 'x', 'Enter', 'Space']) {
      await page.keyboard.press(key)
      await expect(page.getByText('the record that was here is no longer in this row').first()).toBeVisible()
    }
    await page.evaluate(() => navigator.clipboard.writeText('Hamar'))
    await page.keyboard.press('Control+v')
    await expect(page.getByRole('toolbar', { name: 'Selected rows' })).toHaveCount(0)
    assert.deepEqual(await cities(), { 1: 'Oslo', 3: 'Oslo', 4: 'Oslo' })
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Delete')
    await expect.poll(cities).toEqual({ 1: 'Oslo', 3: 'Oslo', 4: null })
  })

  test('a block stays one while its records stand together, and is one cell when they no longer do', async () => {
    await page.keyboard.press('Shift+ArrowDown')
    await somebodyAdds('Aas')
    await comeBack(5)
    await expect(page.getByText('2 rows by 1 columns chosen')).toBeAttached()
    await somebodyAdds('Customer 0000002a')
    await comeBack(6)
    await expect(page.getByText('columns chosen')).toHaveCount(0)
    await page.keyboard.press('Delete')
    await expect.poll(cities).toEqual({ Aas: 'Bodø', 1: 'Oslo', 2: 'Oslo', '2a': 'Bodø', 3: null, 4: 'Oslo' })
  })

  test('an editor that is open stays where it is, and saves to the record that it was opened on', async () => {
    await page.keyboard.press('F2')
    const editor = page.getByRole('textbox', { name: 'City' })
    await editor.fill('Narvik')
    await somebodyAdds('Aas')
    await comeBack(5)
    await expect(editor).toHaveValue('Narvik')
    await editor.press('Enter')
    await expect.poll(cities).toEqual({ Aas: 'Bodø', 1: 'Oslo', 2: 'Narvik', 3: 'Oslo', 4: 'Oslo' })
    await expect(await cellOf(page, 'City', 5)).toHaveClass(/grid-active/)
  })

  test('coming back to the list from a record, the cell is that of the same record', async () => {
    await page.keyboard.press('Home')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Ann Customer 0000002' })).toBeVisible()
    await somebodyAdds('Aas')
    later_ms += LONG_AGO_MS
    await page.clock.setFixedTime(Date.now() + later_ms)
    await page.goBack()
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '6')
    await expect(active()).toContainText('Ann Customer 0000002')
  })
})
