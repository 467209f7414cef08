import { after, before, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { type BrowserTest, expectAccessible, noBrowser, screens, startBrowserTest } from './browser.ts'
import { enter, fillWorkspace } from './workspace.ts'

describe('editing on a phone', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page

  const notes = async () =>
    (await started.app.db.selectFrom('customers').select('notes').orderBy('id').executeTakeFirstOrThrow())
      .notes

  before(async () => {
    started = await startBrowserTest()
    const { cookie } = await fillWorkspace(started, 2)
    page = await started.visit({ viewport: screens.phone })
    await enter(page, cookie, started.app.url)
    await page.goto('/customers')
    await page.getByRole('link', { name: /Ann Customer 0000001/ }).click()
    await page.getByRole('tab', { name: 'Details' }).click()
  })
  after(() => started.close())

  test('a long text keeps its line breaks, and is saved by a touch elsewhere', async () => {
    await page.getByRole('button', { name: /^Notes: empty/ }).click()
    await page.getByRole('textbox', { name: 'Notes' }).fill('First line\n\n- second\n')
    await page.getByRole('heading', { name: 'Ann Customer 0000001' }).click()
    await expect.poll(notes).toBe('First line\n\n- second')
  })

  test('opening and leaving it changes nothing, whatever line ends it was saved with', async () => {
    await started.app.db.updateTable('customers').set({ notes: 'one\r\ntwo\r\n', version: 9 }).execute()
    await page.reload()
    await page.getByRole('tab', { name: 'Details' }).click()
    await page.getByRole('button', { name: /^Notes: one/ }).click()
    await page.getByRole('heading', { name: 'Ann Customer 0000001' }).click()
    await expect(page.getByRole('button', { name: /^Notes: one/ })).toBeVisible()
    await expect.poll(notes).toBe('one\r\ntwo\r\n')
  })

  test('what is refused stands at its field, and fits the screen', async () => {
    await page.getByRole('button', { name: 'Edit Email' }).click()
    await page.getByRole('textbox', { name: 'Email' }).fill('no address')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Email: no address, not saved/ })).toBeVisible()
    await expectAccessible(page)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await page.getByRole('button', { name: 'Discard' }).click()
    await expect(page.getByRole('link', { name: 'ann1@example.com' })).toBeVisible()
  })
})
