import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { expect, type Locator, type Page } from '@playwright/test'
import type { Body } from '../../server/src/api.ts'
import { type BrowserTest, noBrowser, screens, startBrowserTest } from './browser.ts'
import { cellOf, openList } from './grid-cells.ts'
import { enter, fillWorkspace } from './workspace.ts'

describe('the names of records', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let cookie: string

  before(async () => {
    started = await startBrowserTest()
    cookie = (await fillWorkspace(started, 2)).cookie
    page = await started.visit()
    await enter(page, cookie, started.app.url)
    await page.goto('/settings')
  })
  after(() => started.close())

  const send = (method: string, path: string, body?: object) =>
    page.evaluate(
      async ([method, path, json]) => {
        const headers = json ? { 'content-type': 'application/json' } : undefined
        const response = await fetch(`/api/${path}`, { method, headers, body: json })
        if (!response.ok) throw new Error(await response.text())
        return response.status === 204 ? undefined : await response.json()
      },
      [method, path, body && JSON.stringify(body)] as const,
    )
  const made = async (path: string, body: object): Promise<number> => (await send('POST', path, body)).id

  describe('that are in the trash', () => {
    let order: number
    before(async () => {
      const company_id = await made('companies', { name: 'Closed Down Ltd' })
      const sales_rep_id = await made('sales-representatives', { last_name: 'Seller' })
      const customer_id = await made('customers', { last_name: 'Behind', company_id })
      const product_id = await made('products', { product_name: 'Old lamp', unit_price: '9.99' })
      const body: Body<'POST /api/orders'> = {
        ...{ order_number: 'OLD-1', customer_id, company_id, sales_rep_id, status: 'completed' },
        items: [{ product_id, quantity: 1 }],
      }
      order = await made('orders', body)
      await send('DELETE', `customers/${customer_id}`)
      await send('DELETE', `companies/${company_id}?take_over=nobody`)
      await send('DELETE', `sales-representatives/${sales_rep_id}?take_over=nobody`)
      await send('DELETE', `products/${product_id}`)
    })

    test('are marked in a list, on a page and on its lines, and lead to what was deleted', async () => {
      await page.goto('/orders?order_number=OLD-1')
      await expect(page.getByRole('link', { name: 'OLD-1' })).toBeVisible()
      for (const [title, name] of [
        ['Customer', 'Behind'],
        ['Company', 'Closed Down Ltd'],
        ['Representative', 'Seller'],
      ] as const) {
        await expect(await cellOf(page, title, 2)).toHaveText(`${name}in trash`)
      }
      await page.getByRole('link', { name: 'OLD-1' }).click()
      const details = page.getByRole('complementary', { name: 'Details' })
      await expect(details.getByRole('link', { name: /Closed Down Ltd.*in trash/ })).toBeVisible()
      await expect(page.getByRole('cell', { name: 'Old lamp in trash' })).toBeVisible()
      await expect(page.getByText('Behind (in trash)')).toBeVisible()
      await details.getByRole('link', { name: /Seller.*in trash/ }).click()
      await expect(page.getByRole('heading', { name: 'Seller' })).toBeVisible()
      await expect(page.getByText(/^In the trash since/)).toBeVisible()
    })

    test('lose the mark when another is chosen', async () => {
      await page.goto(`/orders/${order}`)
      const customer = page.getByRole('link', { name: /Behind/ })
      await page.getByRole('button', { name: 'Edit Customer' }).click()
      await page.getByRole('combobox', { name: 'Customer' }).fill('0000001')
      await page.getByRole('option', { name: /Ann Customer 0000001/ }).click()
      await expect(page.getByRole('link', { name: /^Ann Customer 0000001$/ })).toBeVisible()
      await expect(customer).toHaveCount(0)
    })

    test('are marked on a phone, too', async () => {
      const phone = await started.visit({ viewport: screens.phone, colorScheme: 'dark' })
      await enter(phone, cookie, started.app.url)
      await phone.goto('/orders?order_number=OLD-1')
      await expect(phone.getByText('Closed Down Ltd (in trash)').or(phone.getByText('Ann'))).toBeVisible()
    })
  })

  describe('that run from right to left', () => {
    before(async () => {
      const customer_id = await made('customers', { first_name: 'דוד', last_name: '(בן-גוריון)!' })
      const product_id = await made('products', { product_name: 'كرسي (بلوط)', unit_price: '5' })
      const items = [{ product_id, quantity: 1 }]
      await made('orders', { order_number: 'RTL-1', customer_id, order_date: '2026-03-25', items })
    })

    /** Where a word stands on the screen, from the left. */
    const leftOf = (element: Locator, word: string) =>
      element.evaluate((node, sought) => {
        const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT)
        while (texts.nextNode()) {
          const at = texts.currentNode.textContent?.indexOf(sought) ?? -1
          if (at < 0) continue
          const range = document.createRange()
          range.setStart(texts.currentNode, at)
          range.setEnd(texts.currentNode, at + sought.length)
          return range.getBoundingClientRect().left
        }
        throw new Error(`“${sought}” is not there.`)
      }, word)

    test('are written in their own direction, in line with the others', async () => {
      await openList(page, '/customers?q=דוד', 'דוד')
      const link = page.getByRole('link', { name: /דוד/ })
      assert.ok((await leftOf(link, '!')) < (await leftOf(link, 'דוד')))
      const cell = await cellOf(page, 'Customer', 2)
      assert.equal(await cell.evaluate((node) => getComputedStyle(node).direction), 'ltr')
      await expect(cell.locator('[aria-hidden]')).toHaveText('דב')
      await link.click()
      const heading = page.getByRole('heading', { name: /דוד/ })
      assert.ok((await leftOf(heading, '!')) < (await leftOf(heading, 'דוד')))
      const box = await heading.boundingBox()
      assert.ok(box && (await leftOf(heading, '!')) - box.x < 2)
    })

    test('stand in line on paper, too', async () => {
      await page.goto('/orders?order_number=RTL-1')
      await page.getByRole('link', { name: 'RTL-1' }).click()
      await page.evaluate(() => {
        window.print = () => {}
      })
      await page.getByRole('button', { name: 'Print', exact: true }).click()
      await page.locator('.print-sheet').waitFor({ state: 'attached' })
      await page.emulateMedia({ media: 'print' })
      const cell = page.locator('.print-sheet td', { hasText: 'كرسي' })
      const box = await cell.boundingBox()
      assert.ok(box && (await leftOf(cell, 'بلوط')) - box.x < box.width / 2)
      assert.equal(await cell.evaluate((node) => getComputedStyle(node).textAlign), 'left')
      await page.emulateMedia({ media: null })
    })

    test('leave the date beside them as it is', async () => {
      await page.goto('/orders?order_number=RTL-1')
      await page.getByRole('link', { name: 'RTL-1' }).click()
      const subtitle = page.getByText(/25 Mar 2026/).first()
      assert.ok((await leftOf(subtitle, 'דוד')) < (await leftOf(subtitle, '25')))
      assert.ok((await leftOf(subtitle, '25')) < (await leftOf(subtitle, 'Mar')))
    })
  })
})
