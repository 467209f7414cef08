import { after, before, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { createAccount } from '../../server/test/fixtures/accounts.ts'
import { type BrowserTest, expectAccessible, noBrowser, screens, startBrowserTest } from './browser.ts'
import { enter, fillWorkspace } from './workspace.ts'

describe('a forgotten password', { skip: noBrowser }, () => {
  let started: BrowserTest
  let admin: Page
  let visitor: Page
  let email: string

  before(async () => {
    started = await startBrowserTest()
    const { workspaceId, cookie } = await fillWorkspace(started, 1)
    email = (await createAccount(started.app, workspaceId, 'representative')).email
    admin = await started.visit()
    await enter(admin, cookie, started.app.url)
    visitor = await started.visit({ viewport: screens.phone, colorScheme: 'dark' })
  })
  after(() => started.close())

  test('sign-in says who can help where no mail is sent', async () => {
    await visitor.goto('/sign-in')
    await visitor.getByRole('link', { name: 'Forgot your password?' }).click()
    await expect(visitor.getByText('An admin of your workspace can make you a link')).toBeVisible()
    await expectAccessible(visitor)
  })

  test('an admin makes a link, and with it the person chooses a new one and signs in', async () => {
    await admin.goto('/settings')
    await admin.getByRole('button', { name: 'Password link for Ann' }).click()
    const field = admin.getByLabel('Link to a new password')
    await expect(field).toHaveValue(/\/reset\/[\w-]{43}$/)
    await expectAccessible(admin)
    const { pathname } = new URL(await field.inputValue())
    await visitor.goto(pathname)
    await expect(visitor.getByText(`For ${email}.`)).toBeVisible()
    await visitor.getByRole('textbox', { name: 'New password' }).fill('short')
    await visitor.getByRole('button', { name: 'Change password' }).click()
    await expect(visitor.getByRole('textbox', { name: 'New password' })).toHaveAttribute(
      'aria-invalid',
      'true',
    )
    await visitor.getByRole('textbox', { name: 'New password' }).fill('a much longer one')
    await expectAccessible(visitor)
    await visitor.getByRole('button', { name: 'Change password' }).click()
    await visitor.getByRole('link', { name: 'Sign in' }).click()
    await visitor.getByLabel('Email').fill(email)
    await visitor.getByLabel('Password').fill('a much longer one')
    await visitor.getByRole('button', { name: 'Sign in' }).click()
    await expect(visitor).toHaveURL(/\/customers/)
    await visitor.goto(pathname)
    await expect(visitor.getByText('This link does not work')).toBeVisible()
  })
})
