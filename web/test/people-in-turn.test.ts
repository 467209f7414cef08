import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { type Account, cookieOf, createAccount } from '../../server/test/fixtures/accounts.ts'
import { type BrowserTest, noBrowser, startBrowserTest } from './browser.ts'
import { enter, fillWorkspace } from './workspace.ts'

const CUSTOMERS = 1_200

describe('a window that one person leaves and another takes', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let workspaceId: number
  let [first, second]: Account[] = []

  before(async () => {
    started = await startBrowserTest()
    workspaceId = (await fillWorkspace(started, CUSTOMERS)).workspaceId
    first = await createAccount(started.app, workspaceId, 'admin')
    second = await createAccount(started.app, workspaceId, 'admin')
  })
  after(() => started.close())
  beforeEach(async () => {
    page = await started.visit()
    await page.addInitScript(() => {
      window.print = () => {
        const paper = document.querySelector('.print-sheet')?.textContent ?? ''
        document.documentElement.dataset.printed = /[\d,]+ rows/.exec(paper)?.[0] ?? ''
      }
    })
    await enter(page, (await cookieOf(started.app, who(first))).cookie, started.app.url)
  })

  function who(account: Account | undefined): Account {
    assert.ok(account)
    return account
  }
  const endSession = () => page.context().clearCookies()
  const covered = () => page.getByRole('heading', { name: 'Sign in to go on' })
  const signInAgain = async () => {
    await expect(covered()).toBeVisible()
    await page.getByLabel('Password').fill(who(first).password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(covered()).toHaveCount(0)
  }
  const signInAs = async ({ email, password }: Account) => {
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
    await page.getByLabel('Email').fill(email)
    await page.getByLabel('Password').fill(password)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/customers/)
  }
  const someoneElse = async () => {
    await expect(covered()).toBeVisible()
    await page.getByRole('button', { name: 'I am someone else: discard it' }).click()
    await signInAs(who(second))
  }
  const printed = () => page.evaluate(() => document.documentElement.dataset.printed)

  describe('while a list is being fetched for print', () => {
    const begin = async () => {
      await page.goto('/customers')
      await expect(page.getByRole('row').nth(1)).toBeVisible()
      // The second page of rows is the one that finds the session ended.
      let asked = 0
      await page.route('**/api/customers?*', async (route) => {
        asked += 1
        if (asked === 2) await endSession()
        await route.continue()
      })
      await page.getByRole('button', { name: 'Print the list' }).click()
    }

    test('goes on for the same person, and prints all of it', async () => {
      await begin()
      await signInAgain()
      await expect.poll(printed).toBe('1,200 rows')
    })

    test('prints nothing for another', async () => {
      await begin()
      await someoneElse()
      await expect(page.getByRole('row').nth(1)).toBeVisible()
      await expect(page.getByRole('dialog')).toHaveCount(0)
      assert.equal(await printed(), undefined)
    })
  })

  describe('in the trash', () => {
    const inTrash = async () => {
      const rows = await started.app.db
        .selectFrom('customers')
        .select('id')
        .where('workspace_id', '=', workspaceId)
        .where('deleted_at', 'is not', null)
        .execute()
      return rows.length
    }
    const open = async () => {
      await page.goto('/trash')
      await page.evaluate(async () => {
        const trash = await (await fetch('/api/trash/customers')).json()
        if (trash.items.length > 0) return
        const headers = { 'content-type': 'application/json' }
        const body = JSON.stringify({ first_name: 'Deleted', last_name: 'Person' })
        const { id } = await (await fetch('/api/customers', { method: 'POST', headers, body })).json()
        await fetch(`/api/customers/${id}`, { method: 'DELETE' })
      })
      await page.reload()
      await expect(page.getByRole('row', { name: /Deleted Person/ })).toBeVisible()
      await endSession()
    }

    test('restores nothing for another', async () => {
      await open()
      await page.getByRole('button', { name: 'Restore Deleted Person' }).click()
      await someoneElse()
      assert.equal(await inTrash(), 1)
    })

    test('restores for the same person', async () => {
      await open()
      await page.getByRole('button', { name: 'Restore Deleted Person' }).click()
      await signInAgain()
      await expect(page.getByText('Deleted Person restored')).toBeVisible()
      await expect(page.getByText('No customers in the trash.')).toBeVisible()
      assert.equal(await inTrash(), 0)
    })

    test('deletes for good for the same person, who said so before', async () => {
      await open()
      await page.getByRole('button', { name: 'Delete Deleted Person for good' }).click()
      await page.getByRole('button', { name: 'Delete for good', exact: true }).click()
      await signInAgain()
      await expect(page.getByText('Deleted Person deleted for good')).toBeVisible()
      assert.equal(await inTrash(), 0)
    })

    test('shows what is searched and chosen there again', async () => {
      await open()
      await page.getByRole('checkbox', { name: 'Select Deleted Person' }).check()
      await page.getByRole('link', { name: 'Companies' }).first().focus()
      await page.getByRole('searchbox').fill('deleted')
      await signInAgain()
      await expect(page.getByRole('searchbox')).toHaveValue('deleted')
      await expect(page.getByRole('row', { name: /Deleted Person/ })).toBeVisible()
    })
  })

  describe('by signing out', () => {
    const signOut = async () => {
      await page.getByRole('button', { name: /theme and sign out/ }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
    }

    test('leaves no note, no refused value, no step to take back and no list to the next', async () => {
      await page.goto('/customers')
      await page.getByRole('link', { name: 'Ann Customer 0000002' }).click()
      await page.getByRole('button', { name: /^City: / }).click()
      await page.getByRole('textbox', { name: 'City' }).fill('Narvik')
      await page.keyboard.press('Enter')
      await expect(page.getByText('City changed')).toBeVisible()
      await page.getByRole('button', { name: 'Edit Email' }).click()
      await page.getByRole('textbox', { name: 'Email' }).fill('no address')
      await page.keyboard.press('Enter')
      await expect(page.getByText('This is not an email address.')).toBeVisible()
      await page.getByRole('textbox', { name: 'Text of the note' }).fill('For my eyes only')
      await signOut()
      await signInAs(who(second))
      await expect(page.getByText('City changed')).toHaveCount(0)
      await page.getByRole('link', { name: 'Ann Customer 0000002' }).click()
      await expect(page.getByRole('heading', { name: 'Ann Customer 0000002' })).toBeVisible()
      await expect(page.getByRole('textbox', { name: 'Text of the note' })).toHaveValue('')
      await expect(page.getByText('no address')).toHaveCount(0)
      await page.getByRole('heading', { name: 'Ann Customer 0000002' }).click()
      await page.keyboard.press('Control+z')
      await page.reload()
      await expect(page.getByRole('button', { name: /^City: Narvik/ })).toBeVisible()
    })

    test('leaves no paper', async () => {
      await page.goto('/customers')
      await expect(page.getByRole('row').nth(1)).toBeVisible()
      await page.getByRole('button', { name: 'Print the list' }).click()
      await expect.poll(printed).toMatch(/1,20. rows/)
      await signOut()
      await signInAs(who(second))
      await expect(page.locator('.print-sheet')).toHaveCount(0)
    })
  })
})
