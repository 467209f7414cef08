import { after, before, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { type BrowserTest, expectAccessible, noBrowser, screens, startBrowserTest } from './browser.ts'
import { enter, fillWorkspace } from './workspace.ts'

describe('reaching a customer', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let id: number
  let cookie: string

  before(async () => {
    started = await startBrowserTest()
    cookie = (await fillWorkspace(started, 1)).cookie
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

  const saved = async () => {
    const columns = ['email', 'phone', 'more_emails', 'more_phones'] as const
    return started.app.db.selectFrom('customers').select(columns).executeTakeFirstOrThrow()
  }

  test('further emails and phones are added, changed and removed with the keyboard', async () => {
    await page.getByRole('button', { name: 'Add email' }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.type('ann+2@example.com')
    await page.keyboard.press('Enter')
    const added = page.getByRole('link', { name: 'ann+2@example.com' })
    await expect(added).toHaveAttribute('href', 'mailto:ann%2B2@example.com')
    await expect(page.getByRole('button', { name: 'Add email' })).toBeFocused()
    await page.getByRole('button', { name: 'Add phone' }).press('Enter')
    await page.keyboard.type('0170 1234567')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.type('mobile')
    await page.keyboard.press('Enter')
    const mobile = page.getByRole('link', { name: '0170 1234567' })
    await expect(mobile).toHaveAttribute('href', 'tel:+491701234567')
    await page.getByRole('button', { name: 'Edit 0170 1234567' }).press('Enter')
    await page.keyboard.type('8')
    await page.keyboard.press('Escape')
    await expect(mobile).toBeVisible()
    await expect.poll(saved).toMatchObject({
      more_emails: [{ label: 'work', email: 'ann+2@example.com' }],
      more_phones: [{ label: 'mobile', phone: '0170 1234567' }],
    })
  })

  test('one changes places with the first', async () => {
    await page.getByRole('button', { name: 'Make ann+2@example.com the first email' }).click()
    await expect.poll(saved).toMatchObject({
      email: 'ann+2@example.com',
      more_emails: [{ label: 'work', email: 'x#y@example.com' }],
    })
  })

  test('what is refused is said, and what was saved stays', async () => {
    await page.getByRole('button', { name: 'Edit x#y@example.com' }).click()
    await page.keyboard.press('Control+a')
    await page.keyboard.type('nobody')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toBeVisible()
    await page.getByRole('button', { name: 'Discard' }).click()
    await expect(page.getByRole('link', { name: 'x#y@example.com' })).toBeVisible()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [device, viewport] of Object.entries(screens)) {
      test(`they fit and are accessible, ${colorScheme}, ${device}`, async () => {
        const other = await started.visit({ colorScheme, viewport })
        await enter(other, cookie, started.app.url)
        await other.goto(`/customers/${id}`)
        await expect(other.getByText('Activity').first()).toBeVisible()
        const details = other.getByRole('tab', { name: 'Details' })
        if (await details.count()) await details.click()
        await other.getByRole('button', { name: 'Edit x#y@example.com' }).click()
        await expect(other.getByRole('textbox', { name: 'Email address' })).toBeFocused()
        await expectAccessible(other)
        const overflow = await other.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect(overflow).toBeLessThanOrEqual(0)
        await other.close()
      })
    }
  }

  test('one is removed, and Undo brings it back', async () => {
    await page.getByRole('button', { name: 'Remove 0170 1234567' }).click()
    await expect.poll(saved).toMatchObject({ more_phones: null })
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await expect.poll(saved).toMatchObject({ more_phones: [{ label: 'mobile', phone: '0170 1234567' }] })
  })

  test('what is being typed stays, though somebody else changes or removes the same one meanwhile', async () => {
    await page.getByRole('button', { name: 'Edit x#y@example.com' }).click()
    const address = page.getByRole('textbox', { name: 'Email address' })
    await address.fill('half@typed')
    const byOthers = (more_emails: { label: string; email: string }[]) =>
      page.evaluate(
        async ([path, emails]) => {
          const { version } = await (await fetch(path)).json()
          const headers = { 'content-type': 'application/json' }
          const body = JSON.stringify({ version, more_emails: emails })
          await fetch(path, { method: 'PATCH', headers, body })
        },
        [`/api/customers/${id}`, more_emails] as const,
      )
    // The answer to another edit brings what has happened meanwhile.
    const editCity = async (city: string) => {
      await page.getByRole('button', { name: /^City: / }).click()
      await page.getByRole('textbox', { name: 'City' }).fill(city)
      await page.keyboard.press('Enter')
      await expect.poll(async () => (await page.request.get(`/api/customers/${id}`)).text()).toContain(city)
      await expect(page.getByRole('button', { name: `City: ${city}. Edit` })).toBeVisible()
    }
    await byOthers([
      { label: 'home', email: 'others@example.com' },
      { label: 'work', email: 'second@example.com' },
    ])
    await editCity('Narvik')
    await expect(page.getByRole('link', { name: 'second@example.com' })).toBeVisible()
    await expect(address).toHaveValue('half@typed')
    await byOthers([])
    await editCity('Bergen')
    await expect(page.getByRole('link', { name: 'second@example.com' })).toHaveCount(0)
    await expect(address).toHaveValue('half@typed')
    await page.getByRole('button', { name: 'Cancel' }).click()
  })
})
