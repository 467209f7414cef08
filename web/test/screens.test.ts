import { after, before, describe, test } from 'node:test'
import { expect } from '@playwright/test'
import { type BrowserTest, expectAccessible, noBrowser, screens, startBrowserTest } from './browser.ts'
import { addDeletedPerson, enter, fillWorkspace } from './workspace.ts'

const CUSTOMERS = 60

/** Every screen, and what is there when it has loaded. */
const places = [
  ['/customers', 'Ann Customer 0000001'],
  ['/customers?q=nobody-at-all', 'Clear'],
  ['/companies', 'Acme'],
  ['/orders', 'A-1'],
  ['/products', 'Oak chair'],
  ['/representatives', 'Rita Rep'],
  ['/import', 'Nothing was imported yet'],
  ['/orders/new', 'Add line'],
  ['/settings', 'Members'],
  ['/trash', 'Deleted Person'],
  ['/trash?kind=orders', 'No orders in the trash'],
] as const
const records = [
  ['customers', 'Ann Customer 0000001'],
  ['companies', 'Acme'],
  ['orders', '€199.98'],
  ['products', '€99.99'],
  ['sales_representatives', 'Rita Rep'],
] as const
const addresses: Record<string, string> = { sales_representatives: 'representatives' }

describe('every screen is accessible and fits', { skip: noBrowser }, () => {
  let started: BrowserTest
  let cookie: string
  let all: [string, string][]

  before(async () => {
    started = await startBrowserTest()
    const filled = await fillWorkspace(started, CUSTOMERS)
    cookie = filled.cookie
    await addDeletedPerson(started, filled.workspaceId)
    const pages = records.map(async ([table, text]): Promise<[string, string]> => {
      const { id } = await started.app.db
        .selectFrom(table)
        .select('id')
        .orderBy('id')
        .limit(1)
        .executeTakeFirstOrThrow()
      return [`/${addresses[table] ?? table}/${id}`, text]
    })
    all = [...places.map(([path, text]): [string, string] => [path, text]), ...(await Promise.all(pages))]
  })
  after(() => started.close())

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [device, viewport] of Object.entries(screens)) {
      test(`signed in, ${colorScheme}, ${device}`, async () => {
        const page = await started.visit({ colorScheme, viewport })
        await enter(page, cookie, started.app.url)
        for (const [path, text] of all) {
          await page.goto(path)
          await expect(page.getByText(text).first(), path).toBeVisible()
          await expectAccessible(page)
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
          expect(overflow, `${path} scrolls sideways`).toBeLessThanOrEqual(0)
        }
      })

      test(`signed out, ${colorScheme}, ${device}`, async () => {
        const page = await started.visit({ colorScheme, viewport })
        await page.goto('/sign-in')
        await expect(page.getByLabel('Password')).toBeVisible()
        await expectAccessible(page)
      })
    }
  }

  test('dialogs, the palette and the sheet of keys are accessible', async () => {
    const page = await started.visit()
    await enter(page, cookie, started.app.url)
    await page.goto('/customers')
    await expect(page.getByRole('grid')).toBeVisible()
    for (const key of ['Control+k', 'c', '?']) {
      await page.keyboard.press(key)
      await expect(page.getByRole('dialog')).toBeVisible()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
    }
  })
})
