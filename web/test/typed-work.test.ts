import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { signInAs } from '../../server/test/fixtures/sign-in.ts'
import { type BrowserTest, expectAccessible, noBrowser, startBrowserTest } from './browser.ts'
import { cellOf, moveTo, openList } from './grid-cells.ts'
import { enter, fill } from './workspace.ts'

const owner = { name: 'Olga Owner', email: 'olga@example.com', password: 'correct horse battery' }

describe('typed work is never lost without a word', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let workspaceId: number

  before(async () => {
    started = await startBrowserTest()
    page = await started.visit()
    await page.goto('/')
    await page.getByLabel('Your name').fill(owner.name)
    await page.getByLabel('Email').fill(owner.email)
    await page.getByLabel('Password').fill(owner.password)
    await page.getByLabel('Workspace').fill('Fjord Trading')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/customers/)
    workspaceId = (await started.app.db.selectFrom('workspaces').select('id').executeTakeFirstOrThrow()).id
    await fill(started.app, workspaceId, 3)
    // What is written behind the server's back is not in the list that it has kept; a change of it is.
    await page.evaluate(async () => {
      const { items } = await (
        await fetch('/api/customers?limit=1&count=none&fields=version&city=Oslo')
      ).json()
      const body = JSON.stringify({ version: items[0].version, job_title: 'Buyer' })
      const headers = { 'content-type': 'application/json' }
      await fetch(`/api/customers/${items[0].id}`, { method: 'PATCH', headers, body })
    })
  })
  after(() => started.close())

  const endSession = () => page.context().clearCookies()
  const signInAgain = async () => {
    await expect(page.getByRole('heading', { name: 'Sign in to go on' })).toBeVisible()
    await expect(page.getByLabel('Password')).toBeFocused()
    await page.getByLabel('Password').fill(owner.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Sign in to go on' })).toHaveCount(0)
  }
  const question = () => page.getByRole('alertdialog', { name: 'Leave without saving?' })
  const fillOrder = async () => {
    await page.goto('/orders/new')
    await page.getByLabel('Notes').fill('Deliver to the back door')
    await page.getByLabel('Product').fill('oak')
    await page.getByRole('option', { name: /Oak chair/ }).click()
    await expect(page.getByLabel('Price (EUR)')).toHaveValue('99.99')
  }
  const onlyOrders = async () =>
    (await started.app.db.selectFrom('orders').select('id').where('order_number', '!=', 'A-1').execute())
      .length

  describe('leaving a page', () => {
    test('a link asks first, and staying keeps everything', async () => {
      await fillOrder()
      await page.getByRole('link', { name: 'Customers' }).click()
      await question().getByRole('button', { name: 'Stay here' }).click()
      await expect(page).toHaveURL(/\/orders\/new/)
      await expect(page.getByLabel('Notes')).toHaveValue('Deliver to the back door')
    })

    test('so do keys, the palette and the way back', async () => {
      await page.goto('/customers')
      await page.getByRole('link', { name: 'Orders' }).click()
      await page.getByRole('button', { name: 'New order' }).click()
      await page.getByLabel('Notes').fill('Kept')
      await page.getByRole('heading', { name: 'New order' }).click()
      await page.keyboard.press('g')
      await page.keyboard.press('c')
      await question().getByRole('button', { name: 'Stay here' }).click()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Find anything' }).fill('companies')
      await page.keyboard.press('Enter')
      await question().getByRole('button', { name: 'Stay here' }).click()
      await page.goBack()
      await question().getByRole('button', { name: 'Stay here' }).click()
      await expect(page).toHaveURL(/\/orders\/new/)
      await expect(page.getByLabel('Notes')).toHaveValue('Kept')
      await page.goBack()
      await question().getByRole('button', { name: 'Leave' }).click()
      await expect(page).toHaveURL(/\/orders$/)
    })

    test('reloading asks, in the words of the browser', async () => {
      await fillOrder()
      const asked = page.waitForEvent('dialog')
      const reloaded = page.reload()
      const dialog = await asked
      assert.equal(dialog.type(), 'beforeunload')
      await dialog.accept()
      await reloaded
    })

    test('nothing is asked when nothing was typed, or when it has been saved', async () => {
      await page.goto('/orders/new')
      await page.getByRole('link', { name: 'Customers' }).click()
      await expect(page).toHaveURL(/\/customers/)
      await fillOrder()
      await page.getByRole('button', { name: 'Create order' }).click()
      await expect(page).toHaveURL(/\/orders\/\d+/)
      await page.getByRole('link', { name: 'Customers' }).click()
      await expect(page).toHaveURL(/\/customers/)
      await expect(question()).toHaveCount(0)
    })

    test('a value being edited is saved by leaving, by whatever way', async () => {
      await page.goto('/customers')
      await page.getByRole('link', { name: 'Ann Customer 0000001' }).click()
      await page.getByRole('button', { name: /^City: / }).click()
      await page.getByRole('textbox', { name: 'City' }).fill('Narvik')
      await page.goBack()
      await expect(await cellOf(page, 'City', 2)).toHaveText('Narvik')
    })
  })

  describe('a session that ends', () => {
    test('a new order goes on as it was, and is created once the person has signed in', async () => {
      const before = await onlyOrders()
      await fillOrder()
      await endSession()
      await page.getByRole('button', { name: 'Create order' }).click()
      await signInAgain()
      await expect(page).toHaveURL(/\/orders\/\d+/)
      await expect(page.getByText('Deliver to the back door').first()).toBeVisible()
      assert.equal(await onlyOrders(), before + 1)
    })

    test('a dialog stays open with what was typed in it, whatever is clicked meanwhile', async () => {
      await page.goto('/companies')
      await page.getByRole('button', { name: 'New company' }).click()
      const dialog = page.getByRole('dialog', { name: 'New company' })
      await dialog.getByLabel('Name').fill('Blue Fjord')
      await endSession()
      await page.getByRole('button', { name: 'Create company' }).click()
      await expect(page.getByRole('heading', { name: 'Sign in to go on' })).toBeVisible()
      await expect(page.getByText('Blue Fjord')).toBeHidden()
      await page.mouse.click(5, 5)
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      await expectAccessible(page)
      await page.getByLabel('Password').fill('not the password')
      await page.keyboard.press('Enter')
      await expect(page.getByText('The email address or the password is wrong.')).toBeVisible()
      await page.getByLabel('Password').focus()
      await signInAgain()
      await expect(page.getByRole('heading', { name: 'Blue Fjord' })).toBeVisible()
    })

    test('a cell that was being edited is saved after signing in', async () => {
      await openList(page, '/customers', 'Ann Customer 0000001')
      await moveTo(page, 'City')
      await page.keyboard.type('Tromsø')
      await endSession()
      await page.keyboard.press('Enter')
      await signInAgain()
      await expect(await cellOf(page, 'City', 2)).toHaveText('Tromsø')
      const saved = started.app.db.selectFrom('customers').select('id').where('city', '=', 'Tromsø').execute()
      assert.equal((await saved).length, 1)
    })

    test('a note is kept, and saved', async () => {
      await page.goto('/customers')
      await page.getByRole('link', { name: 'Ann Customer 0000002' }).click()
      await page.getByRole('textbox', { name: 'Text of the note' }).fill('Wants forty chairs')
      await endSession()
      await page.keyboard.press('Control+Enter')
      await signInAgain()
      await expect(page.getByText('Note saved')).toBeVisible()
    })

    test('signing in on another tab is enough', async () => {
      await page.goto('/orders/new')
      await page.getByLabel('Notes').fill('Two tabs')
      const other = await page.context().newPage()
      await endSession()
      await page.getByRole('button', { name: 'Create order' }).click()
      await page
        .getByLabel('Product')
        .fill('x')
        .catch(() => undefined)
      await other.goto('/sign-in')
      await other.getByLabel('Email').fill(owner.email)
      await other.getByLabel('Password').fill(owner.password)
      await other.keyboard.press('Enter')
      await expect(other).toHaveURL(/\/customers/)
      await expect(page.getByLabel('Notes')).toHaveValue('Two tabs')
      await other.close()
    })

    test('another person in the same tab sees nothing of it', async () => {
      await page.goto('/customers')
      await page.getByRole('link', { name: 'Ann Customer 0000003' }).click()
      await page.getByRole('textbox', { name: 'Text of the note' }).fill('For my eyes only')
      await endSession()
      await page.keyboard.press('Control+Enter')
      await expect(page.getByRole('heading', { name: 'Sign in to go on' })).toBeVisible()
      await page.getByRole('button', { name: 'I am someone else: discard it' }).click()
      await expect(page).toHaveURL(/\/sign-in$/)
      const { cookie } = await signInAs(started.app, 'manager', workspaceId)
      await enter(page, cookie, started.app.url)
      await page.goto('/customers')
      await page.getByRole('link', { name: 'Ann Customer 0000003' }).click()
      await expect(page.getByRole('textbox', { name: 'Text of the note' })).toHaveValue('')
    })

    test('when another person signs in on another tab, this one begins anew', async () => {
      await page.goto('/orders/new')
      await page.getByLabel('Notes').fill('For my eyes only')
      const other = await page.context().newPage()
      await other.goto('/settings')
      await page.context().clearCookies()
      await other.goto('/sign-in')
      await other.getByLabel('Email').fill(owner.email)
      await other.getByLabel('Password').fill(owner.password)
      await other.keyboard.press('Enter')
      await expect(page).toHaveURL(/\/customers/)
      await other.close()
    })
  })

  test('signing out asks before it loses what was typed, and shows nothing of it on other tabs', async () => {
    await page.goto('/orders/new')
    await page.getByLabel('Notes').fill('Not yet')
    await page.getByRole('button', { name: /theme and sign out/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await question().getByRole('button', { name: 'Stay here' }).click()
    await expect(page.getByLabel('Notes')).toHaveValue('Not yet')
  })

  test('an error that belongs to no field stands at the top of the form', async () => {
    await fillOrder()
    await page.route('**/api/orders', (route) =>
      route.fulfill({
        status: 409,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          title: 'Conflict',
          detail: 'Someone else changed the lines since you read them. Nothing was saved.',
          errors: [{ path: '/items', message: 'Someone else changed the lines.' }],
        }),
      }),
    )
    await page.getByRole('button', { name: 'Create order' }).click()
    await expect(page.getByRole('alert').first()).toContainText('Someone else changed the lines')
    await page.unroute('**/api/orders')
  })

  test('a form that could not be sent says so, and is sent again by a button', async () => {
    await fillOrder()
    await page.route('**/api/orders', (route) => route.abort())
    await page.getByRole('button', { name: 'Create order' }).click()
    await expect(page.getByRole('alert')).toContainText('cannot be reached')
    await expect(page.getByLabel('Notes')).toHaveValue('Deliver to the back door')
    await page.unroute('**/api/orders')
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(page).toHaveURL(/\/orders\/\d+/)
  })

  test('calling somebody while a note is being written is no leaving', async () => {
    await page.goto('/customers')
    await page.getByRole('link', { name: 'Ann Customer 0000003' }).click()
    await page.getByRole('textbox', { name: 'Text of the note' }).fill('Calls back')
    let asked = false
    page.once('dialog', (dialog) => {
      asked = true
      void dialog.dismiss()
    })
    await page.getByRole('link', { name: /^ann3@example\.com/ }).click()
    await expect(page.getByRole('textbox', { name: 'Text of the note' })).toHaveValue('Calls back')
    assert.equal(asked, false)
    await page.getByRole('button', { name: 'Discard' }).click()
  })

  test('a dialog that cannot be loaded leaves the page and what is typed there, and opens later', async () => {
    const fresh = await page.context().newPage()
    await fresh.goto('/orders/new')
    await fresh.getByLabel('Notes').fill('Still here')
    await fresh.route('**/assets/palette*', (route) => route.abort())
    await fresh.keyboard.press('Control+k')
    await expect(fresh.getByText('This could not be opened.')).toBeVisible()
    await expect(fresh.getByLabel('Notes')).toHaveValue('Still here')
    await fresh.unroute('**/assets/palette*')
    await fresh.keyboard.press('Control+k')
    await expect(fresh.getByRole('combobox', { name: 'Find anything' })).toBeVisible()
    await fresh.close()
  })
})
