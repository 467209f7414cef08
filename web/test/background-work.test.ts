import { after, before, describe, test } from 'node:test'
import { expect } from '@playwright/test'
import { givenUp } from '../../server/test/fixtures/given-up.ts'
import { type BrowserTest, expectAccessible, noBrowser, screens, startBrowserTest } from './browser.ts'
import { enter, fillWorkspace } from './workspace.ts'

describe('background work in the settings', { skip: noBrowser }, () => {
  let started: BrowserTest
  let cookie: string
  let workspaceId: number

  before(async () => {
    started = await startBrowserTest()
    ;({ cookie, workspaceId } = await fillWorkspace(started, 1))
  })
  after(() => started.close())

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [device, viewport] of Object.entries(screens)) {
      test(`says what was given up and why, and runs it again by keys, ${colorScheme}, ${device}`, async () => {
        await givenUp(started.app, { workspaceId, reason: `No room on the disk (${colorScheme} ${device}).` })
        const page = await started.visit({ colorScheme, viewport })
        await enter(page, cookie, started.app.url)
        await page.goto('/settings')
        const section = page.getByRole('region', { name: 'Background work' })
        await expect(section.getByText('No worker has run yet')).toBeVisible()
        const row = section
          .getByRole('list', { name: 'Jobs that were given up' })
          .getByRole('listitem')
          .filter({ hasText: `${colorScheme} ${device}` })
        await expect(row).toContainText('after 3 tries: No room on the disk')
        await expectAccessible(page)
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect(overflow).toBeLessThanOrEqual(0)
        await row.getByRole('button', { name: /^Run again/ }).focus()
        await page.keyboard.press('Enter')
        await expect(page.getByText('It will run again in a moment')).toBeVisible()
        await expect(row).toHaveCount(0)
        await expect(section.getByRole('list', { name: 'Jobs by kind' })).toContainText('waiting since')
      })
    }
  }

  test('the time after which the trash is emptied is a setting', async () => {
    const page = await started.visit()
    await enter(page, cookie, started.app.url)
    await page.goto('/settings')
    const field = page.getByLabel('Delete for good what is in the trash after')
    await expect(field).toHaveValue('30 days')
    await field.fill('Never')
    await page.getByRole('option', { name: 'Never' }).click()
    await page.getByRole('button', { name: 'Save workspace' }).click()
    await expect(page.getByText('Workspace saved')).toBeVisible()
    const { trash_days } = await started.app.db
      .selectFrom('workspaces')
      .where('id', '=', workspaceId)
      .select('trash_days')
      .executeTakeFirstOrThrow()
    expect(trash_days).toBeNull()
  })
})
