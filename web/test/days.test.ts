import { after, before, describe, test } from 'node:test'
import { expect, type Page } from '@playwright/test'
import { sql } from 'kysely'
import { type BrowserTest, noBrowser, startBrowserTest } from './browser.ts'
import { enter, fillWorkspace } from './workspace.ts'

describe('days and moments are shown as the workspace has them', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let customer: number

  before(async () => {
    started = await startBrowserTest()
    const { workspaceId, cookie } = await fillWorkspace(started, 1)
    const { db } = started.app
    // The browser is in Berlin, where it is the next day already.
    await sql`UPDATE workspaces SET time_zone = 'America/New_York' WHERE id = ${workspaceId}`.execute(db)
    await sql`UPDATE orders SET order_date = '2026-03-10' WHERE workspace_id = ${workspaceId}`.execute(db)
    await sql`UPDATE customers SET created_at = '2026-01-01T03:30:00Z' WHERE workspace_id = ${workspaceId}`.execute(
      db,
    )
    const { id } = await db
      .selectFrom('customers')
      .where('workspace_id', '=', workspaceId)
      .select('id')
      .executeTakeFirstOrThrow()
    customer = id
    page = await started.visit()
    await enter(page, cookie, started.app.url)
  })
  after(() => started.close())

  test('a moment of New Year’s Eve there is of New Year’s Eve', async () => {
    await page.goto('/customers')
    await expect(page.getByRole('gridcell', { name: '31 Dec 2025' })).toBeVisible()
    await page.goto('/customers?created_at=2025-12-31')
    await expect(page.getByRole('row')).toHaveCount(2)
    await page.goto('/customers?created_at=2026-01-01')
    await expect(page.getByText('No customers match.')).toBeVisible()
  })

  test('an order keeps its day in a timeline, west of Greenwich too', async () => {
    await page.goto(`/customers/${customer}`)
    const entry = page.getByRole('listitem').filter({ hasText: 'Order A-1' })
    await expect(entry.getByRole('time')).toHaveText('10 Mar 2026')
  })
})
