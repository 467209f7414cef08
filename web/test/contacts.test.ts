import { after, before, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { type BrowserTest, noBrowser, startBrowserTest } from './browser.ts'
import { enter, fillWorkspace } from './workspace.ts'

describe('reaching a customer', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let id: number

  before(async () => {
    started = await startBrowserTest()
    const { cookie } = await fillWorkspace(started, 1)
    page = await started.visit()
    await enter(page, cookie, started.app.url)
    const { db } = started.app
    await db
      .updateTable('customers')
      .set({ email: 'x#y@example.com', phone: '030 1234-5678 ext. 42' })
      .execute()
    id = (await db.selectFrom('customers').select('id').executeTakeFirstOrThrow()).id
  })
  after(() => started.close())

  test('a number without a country code is called in the country that the settings name', async () => {
    await page.goto('/settings')
    const settings = page.getByRole('region', { name: 'Workspace' })
    await settings.getByLabel('Country of phones').fill('Germ')
    await page.getByRole('option', { name: 'Germany' }).click()
    await settings.getByRole('button', { name: 'Save workspace' }).click()
    await expect(page.getByText('Workspace saved')).toBeVisible()
    await page.goto(`/customers/${id}`)
    const phone = page.getByRole('link', { name: '030 1234-5678 ext. 42' })
    await expect(phone).toHaveAttribute('href', 'tel:+493012345678;ext=42')
  })

  test('a mail goes to the whole address, whatever it is made of', async () => {
    const email = page.getByRole('link', { name: 'x#y@example.com' })
    await expect(email).toHaveAttribute('href', 'mailto:x%23y@example.com')
  })

  test('a number that was changed is called once the server has said how', async () => {
    await page.getByRole('button', { name: 'Edit Phone' }).click()
    await page.getByRole('textbox', { name: 'Phone' }).fill('+44 (0) 20 7946 0000')
    await page.keyboard.press('Enter')
    const phone = page.getByRole('link', { name: '+44 (0) 20 7946 0000' })
    await expect(phone).toHaveAttribute('href', 'tel:+442079460000')
  })
})
