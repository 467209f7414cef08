import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { type BrowserTest, expectAccessible, noBrowser, startBrowserTest } from './browser.ts'
import { cellOf, moveTo, openList } from './grid-cells.ts'
import { enter, fillWorkspace } from './workspace.ts'

describe('cells are copied, pasted and emptied as in a spreadsheet', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page

  const customers = async () => {
    const rows = await started.app.db
      .selectFrom('customers')
      .orderBy('last_name')
      .select(['phone', 'city', 'country', 'lifecycle_stage', 'company_id', 'deleted_at'])
      .execute()
    return rows
  }
  const column = async (name: 'phone' | 'city' | 'country') => (await customers()).map((row) => row[name])
  const paste = async (text: string) => {
    await page.evaluate((words) => navigator.clipboard.writeText(words), text)
    await page.keyboard.press('Control+v')
  }
  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }

  /** Once the change has been said to be done, it can be taken back. */
  const undo = async () => {
    await expect(page.getByText(/(cells?|Phone|City|Stage) changed|customer deleted/).first()).toBeVisible()
    await press('Control+z')
  }

  before(async () => {
    started = await startBrowserTest()
    const { cookie } = await fillWorkspace(started, 5)
    page = await started.visit()
    await enter(page, cookie, started.app.url)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  })
  after(() => started.close())
  beforeEach(async () => {
    await openList(page, '/customers', 'Ann Customer 0000001')
    await moveTo(page, 'City')
  })

  test('one value replaces that of the cell, and Undo brings it back', async () => {
    await paste('Boss')
    await expect(await cellOf(page, 'City', 2)).toHaveText('Boss')
    await expect.poll(() => column('city')).toEqual(['Boss', 'Oslo', 'Oslo', 'Oslo', 'Oslo'])
    await expect(page.getByText('City changed')).toBeVisible()
    await undo()
    await expect.poll(() => column('city')).toEqual(['Oslo', 'Oslo', 'Oslo', 'Oslo', 'Oslo'])
    await expect(await cellOf(page, 'City', 2)).toHaveText('Oslo')
  })

  test('with Shift the key of Undo, which does things again elsewhere, takes nothing back', async () => {
    await paste('Bergen')
    await expect(page.getByText('City changed')).toBeVisible()
    await press('Control+Shift+Z', 'ArrowDown')
    await paste('Narvik')
    await expect.poll(() => column('city')).toEqual(['Bergen', 'Narvik', 'Oslo', 'Oslo', 'Oslo'])
    await expect(page.getByText('City changed')).toHaveCount(2)
    await press('Control+z', 'Control+z')
    await expect.poll(() => column('city')).toEqual(['Oslo', 'Oslo', 'Oslo', 'Oslo', 'Oslo'])
  })

  test('a block of a spreadsheet fills the cells from the active one on, and one Undo takes it back', async () => {
    await paste('Bergen\tNorway\r\n"Aarhus\n2nd line"\tDenmark\r\n\tSweden\r\n')
    await expect.poll(() => column('country')).toEqual(['Norway', 'Denmark', 'Sweden', null, null])
    assert.deepEqual((await column('city'))[0], 'Bergen')
    assert.deepEqual((await column('city'))[2], null)
    await expect(page.getByText('6 cells changed')).toBeVisible()
    await undo()
    await expect.poll(() => column('country')).toEqual([null, null, null, null, null])
    await expect.poll(() => column('city')).toEqual(['Oslo', 'Oslo', 'Oslo', 'Oslo', 'Oslo'])
  })

  test('a block that is copied pastes back the same elsewhere', async () => {
    await press('Shift+ArrowRight', 'Shift+ArrowDown')
    await expect(page.getByText('2 rows by 2 columns chosen')).toBeAttached()
    await expectAccessible(page)
    await press('Control+c')
    assert.equal(await copied(), 'Oslo\t\nOslo\t')
    await press('Escape', 'Control+Home')
    await moveTo(page, 'Phone')
    await paste('1\n2\n3')
    await expect.poll(() => column('phone')).toEqual(['1', '2', '3', null, null])
    await press('Shift+ArrowDown', 'Shift+ArrowDown', 'Control+c')
    assert.equal(await copied(), '1\n2\n3')
    await undo()
    await expect.poll(() => column('phone')).toEqual([null, null, null, null, null])
  })

  test('one value fills a block that is chosen', async () => {
    await press('Shift+ArrowDown', 'Shift+ArrowDown')
    await paste('Hamar')
    await expect.poll(() => column('city')).toEqual(['Hamar', 'Hamar', 'Hamar', 'Oslo', 'Oslo'])
    await undo()
    await expect.poll(() => column('city')).toEqual(['Oslo', 'Oslo', 'Oslo', 'Oslo', 'Oslo'])
  })

  test('choices are found by their labels and records by their names, in any case', async () => {
    await moveTo(page, 'Stage')
    await paste('PROSPECT\tacme')
    await expect.poll(async () => (await customers())[0]?.lifecycle_stage).toBe('prospect')
    await undo()
    await expect.poll(async () => (await customers())[0]?.lifecycle_stage).toBe('lead')
  })

  test('if one cell does not fit none is changed, and all that do not are named', async () => {
    await moveTo(page, 'Stage')
    await paste('Prospect\tAcme\nBoss\tNobody Ltd')
    const dialog = page.getByRole('dialog', { name: 'Nothing was pasted' })
    await expect(dialog).toContainText('Stage of Ann Customer 0000002: “Boss” is none of Lead, Prospect')
    await expect(dialog).toContainText('Company of Ann Customer 0000002: none is called “Nobody Ltd”')
    await expectAccessible(page)
    await press('Escape')
    assert.ok((await customers()).every(({ lifecycle_stage }) => lifecycle_stage === 'lead'))
  })

  test('what cannot be changed is refused, and more rows or columns than there are, too', async () => {
    await moveTo(page, 'Created')
    await paste('yesterday')
    await expect(page.getByRole('dialog')).toContainText(
      'Created of Ann Customer 0000001: cannot be changed here',
    )
    await press('Escape')
    await moveTo(page, 'City')
    await paste('1\n2\n3\n4\n5\n6')
    await expect(page.getByText('What was copied has 6 rows, and the list has 5 from here on.')).toBeVisible()
    await paste('1\t2\t3\t4\t5')
    await expect(page.getByText(/is 5 columns wide, and there are 3 from here on/)).toBeVisible()
    await paste(Array.from({ length: 1_001 }, () => 'x').join('\n'))
    await expect(page.getByText(/1,001 cells, and 1,000 can be changed at once/)).toBeVisible()
    assert.deepEqual(await column('city'), ['Oslo', 'Oslo', 'Oslo', 'Oslo', 'Oslo'])
  })

  test('rows that the server refuses are marked with the reason, the others are saved and can be taken back', async () => {
    await moveTo(page, 'Email')
    await paste('one@example.com\nno address\nthree@example.com')
    await expect(page.getByText('2 of 3 cells changed; the others are marked')).toBeVisible()
    await expect(await cellOf(page, 'Email', 3)).toContainText('no address')
    await expect(page.getByRole('alert')).toBeVisible()
    await undo()
    await expect(await cellOf(page, 'Email', 2)).toHaveText('ann1@example.com')
    await page.getByRole('button', { name: 'Discard' }).click()
    await expect(await cellOf(page, 'Email', 3)).toHaveText('ann2@example.com')
  })

  test('Delete and Backspace empty a cell where it may be empty, and say why where not', async () => {
    await press('Delete')
    await expect.poll(() => column('city')).toEqual([null, 'Oslo', 'Oslo', 'Oslo', 'Oslo'])
    await undo()
    await expect.poll(() => column('city')).toEqual(['Oslo', 'Oslo', 'Oslo', 'Oslo', 'Oslo'])
    await moveTo(page, 'Stage')
    await press('Backspace')
    await expect(page.getByText('Stage cannot be empty.')).toBeVisible()
  })

  test('with ticked rows Delete still means the rows, and Backspace nothing', async () => {
    await press('Home', 'x', 'Backspace')
    await moveTo(page, 'City')
    await press('Backspace')
    assert.deepEqual(await column('city'), ['Oslo', 'Oslo', 'Oslo', 'Oslo', 'Oslo'])
    await press('Delete')
    await expect(page.getByText('1 customer deleted')).toBeVisible()
    await undo()
    await expect.poll(async () => (await customers()).filter((row) => row.deleted_at !== null).length).toBe(0)
  })
})
