import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { signInAs } from '../../server/test/fixtures/sign-in.ts'
import { type BrowserTest, expectAccessible, noBrowser, startBrowserTest } from './browser.ts'
import { enter, fillWorkspace } from './workspace.ts'

describe('an editor compares with what it was opened on', { skip: noBrowser }, () => {
  let started: BrowserTest
  let mine: Page
  let theirs: Page
  let customerId: number

  const saved = async (field: 'city' | 'phone') => {
    const row = await started.app.db
      .selectFrom('customers')
      .where('id', '=', customerId)
      .select(['city', 'phone'])
      .executeTakeFirstOrThrow()
    return row[field]
  }
  /** What a colleague saves on another machine. */
  const colleagueSaves = async (change: Record<string, string | null>) => {
    const answer = await theirs.evaluate(
      async ({ id, change: fields }) => {
        const { version } = await (await fetch(`/api/customers/${id}`)).json()
        const body = JSON.stringify({ version, ...fields })
        const headers = { 'content-type': 'application/json' }
        return (await fetch(`/api/customers/${id}`, { method: 'PATCH', headers, body })).status
      },
      { id: customerId, change },
    )
    assert.equal(answer, 200)
  }
  /** Holds the next save back until it is let go. */
  const holdSaves = async () => {
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await mine.route('**/api/customers/*', async (route) => {
      if (route.request().method() === 'PATCH') await held
      await route.continue()
    })
    return letGo
  }
  const value = (label: string, text: string) =>
    mine.getByRole('button', { name: new RegExp(`^${label}: ${text}`) })
  const edit = async (label: string) => {
    await mine
      .getByRole('button', { name: new RegExp(`^(${label}:|Edit ${label}$)`) })
      .last()
      .click()
    return mine.getByRole('textbox', { name: label, exact: true })
  }

  before(async () => {
    started = await startBrowserTest()
    const { workspaceId, cookie } = await fillWorkspace(started, 1)
    const customer = await started.app.db.selectFrom('customers').select('id').executeTakeFirstOrThrow()
    customerId = customer.id
    mine = await started.visit()
    await enter(mine, cookie, started.app.url)
    theirs = await started.visit()
    await enter(theirs, (await signInAs(started.app, 'manager', workspaceId)).cookie, started.app.url)
    await theirs.goto('/settings')
  })
  after(() => started.close())

  const open = async () => {
    await colleagueSaves({ city: 'Oslo', phone: null })
    await mine.goto(`/customers/${customerId}`)
    await expect(value('City', 'Oslo')).toBeVisible()
  }

  test('a colleague’s value that arrives with my own last save stays, if I type nothing', async () => {
    await open()
    const letGo = await holdSaves()
    await (await edit('Phone')).fill('+47 22 00 00 00')
    await mine.keyboard.press('Enter')
    await edit('City')
    await colleagueSaves({ city: 'Bergen' })
    letGo()
    await expect.poll(() => saved('phone')).toBe('+47 22 00 00 00')
    await mine.getByRole('textbox', { name: 'City' }).press('Enter')
    await expect(value('City', 'Bergen')).toBeVisible()
    assert.equal(await saved('city'), 'Bergen')
  })

  test('and is shown beside mine, if I type another', async () => {
    await open()
    const letGo = await holdSaves()
    await (await edit('Phone')).fill('+47 22 00 00 01')
    await mine.keyboard.press('Enter')
    const city = await edit('City')
    await city.fill('Trondheim')
    await colleagueSaves({ city: 'Bergen' })
    letGo()
    await expect.poll(() => saved('phone')).toBe('+47 22 00 00 01')
    await city.press('Enter')
    const dialog = mine.getByRole('dialog', { name: /Someone else changed “City”/ })
    await expect(dialog).toContainText('Trondheim')
    await expect(dialog).toContainText('Bergen')
    await expect(dialog).toContainText('Oslo')
    await expectAccessible(mine)
    assert.equal(await saved('city'), 'Bergen')
    await dialog.getByRole('button', { name: 'Save mine' }).click()
    await expect.poll(() => saved('city')).toBe('Trondheim')
  })

  test('what there was before can be chosen, too', async () => {
    await open()
    const city = await edit('City')
    await city.fill('Trondheim')
    await colleagueSaves({ city: 'Bergen' })
    await city.press('Enter')
    await mine.getByRole('button', { name: 'Back to before' }).click()
    await expect.poll(() => saved('city')).toBe('Oslo')
    await expect(value('City', 'Oslo')).toBeVisible()
  })

  test('left with Escape, the question keeps what was typed at its field, and comes again', async () => {
    await open()
    const city = await edit('City')
    await city.fill('Trondheim')
    await colleagueSaves({ city: 'Bergen' })
    await city.press('Enter')
    await expect(mine.getByRole('dialog')).toBeVisible()
    await mine.keyboard.press('Escape')
    await expect(value('City', 'Trondheim, not saved')).toBeVisible()
    await expect(mine.getByRole('alert')).toContainText('to “Bergen” meanwhile')
    await value('City', 'Trondheim, not saved').click()
    await expect(mine.getByRole('textbox', { name: 'City' })).toHaveValue('Trondheim')
    await mine.keyboard.press('Enter')
    await mine.getByRole('button', { name: 'Keep theirs' }).click()
    await expect(value('City', 'Bergen')).toBeVisible()
    assert.equal(await saved('city'), 'Bergen')
  })

  const undo = async () => {
    await expect(mine.getByText('City changed').last()).toBeVisible()
    await mine.keyboard.press('Control+z')
  }

  test('Undo brings back what a field had before, and nothing else that was changed since', async () => {
    await open()
    await (await edit('City')).fill('Bergen')
    await mine.keyboard.press('Enter')
    await expect.poll(() => saved('city')).toBe('Bergen')
    await colleagueSaves({ phone: '+47 22 00 00 09' })
    await undo()
    await expect.poll(() => saved('city')).toBe('Oslo')
    await expect(value('City', 'Oslo')).toBeVisible()
    assert.equal(await saved('phone'), '+47 22 00 00 09')
  })

  test('Undo asks before it replaces what a colleague has saved since', async () => {
    await open()
    await (await edit('City')).fill('Bergen')
    await mine.keyboard.press('Enter')
    await expect.poll(() => saved('city')).toBe('Bergen')
    await colleagueSaves({ city: 'Narvik' })
    await undo()
    const dialog = mine.getByRole('dialog', { name: /Someone else changed “City”/ })
    await expect(dialog).toContainText('Narvik')
    assert.equal(await saved('city'), 'Narvik')
    await dialog.getByRole('button', { name: 'Keep theirs' }).click()
    await expect(value('City', 'Narvik')).toBeVisible()
    assert.equal(await saved('city'), 'Narvik')
  })

  test('two quick edits of one field end with the later, without a question', async () => {
    await open()
    const letGo = await holdSaves()
    await (await edit('City')).fill('Hamar')
    await mine.keyboard.press('Enter')
    await (await edit('City')).fill('Molde')
    await mine.keyboard.press('Enter')
    letGo()
    await expect.poll(() => saved('city')).toBe('Molde')
    await expect(value('City', 'Molde')).toBeVisible()
    await expect(mine.getByRole('dialog')).toHaveCount(0)
  })

  test('a slow answer does not bring back what a later edit has changed', async () => {
    await open()
    const letGo = await holdSaves()
    await (await edit('Phone')).fill('+47 1')
    await mine.keyboard.press('Enter')
    await (await edit('City')).fill('Molde')
    await mine.keyboard.press('Enter')
    const shown = mine.getByRole('button', { name: /^City: / })
    await shown.evaluate((element) => {
      new MutationObserver(() => {
        document.body.dataset.seen = `${document.body.dataset.seen ?? ''} ${element.textContent}`
      }).observe(element, {
        characterData: true,
        childList: true,
        subtree: true,
      })
    })
    letGo()
    await expect.poll(() => saved('city')).toBe('Molde')
    const seen = await mine.evaluate(() => document.body.dataset.seen ?? '')
    assert.doesNotMatch(seen, /Oslo/)
  })

  test('a record that a colleague has deleted says so, keeps what was typed, and takes it once it is back', async () => {
    await open()
    const city = await edit('City')
    await city.fill('Molde')
    await theirs.evaluate((id) => fetch(`/api/customers/${id}`, { method: 'DELETE' }), customerId)
    await city.press('Enter')
    await expect(mine.getByRole('alert')).toContainText('It is in the trash')
    await expect(mine.getByText(/^In the trash since/)).toBeVisible()
    await expect(mine.getByText('Molde', { exact: true })).toBeVisible()
    assert.equal(await saved('city'), 'Oslo')
    await mine.getByRole('button', { name: 'Restore' }).click()
    await expect(mine.getByText(/^In the trash since/)).toHaveCount(0)
    await mine.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => saved('city')).toBe('Molde')
  })

  test('a save that the network cuts off says so, keeps what was typed, and can be tried again', async () => {
    await open()
    await mine.route('**/api/customers/*', (route) =>
      route.request().method() === 'PATCH' ? route.abort() : route.continue(),
    )
    await (await edit('City')).fill('Molde')
    await mine.keyboard.press('Enter')
    await expect(mine.getByRole('alert')).toContainText('cannot be reached')
    await expect(value('City', 'Molde, not saved')).toBeVisible()
    await mine.unroute('**/api/customers/*')
    await mine.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => saved('city')).toBe('Molde')
    await expect(mine.getByRole('alert')).toHaveCount(0)
  })

  test('the settings keep what is typed while a colleague saves others, and merge them', async () => {
    await mine.goto('/settings')
    const name = mine.getByRole('region', { name: 'Workspace' }).getByLabel('Name')
    await name.fill('Fjord Trading')
    await started.app.db.updateTable('workspaces').set({ currency: 'NOK', version: 2 }).execute()
    await mine.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await mine.getByRole('button', { name: 'Save workspace' }).click()
    const settings = () =>
      started.app.db.selectFrom('workspaces').select(['name', 'currency']).executeTakeFirstOrThrow()
    await expect.poll(settings).toEqual({ name: 'Fjord Trading', currency: 'NOK' })
  })
})
