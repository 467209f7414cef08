import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type CDPSession, expect, type Page } from '@playwright/test'
import { type BrowserTest, expectAccessible, noBrowser, startBrowserTest } from './browser.ts'
import { cellOf, moveTo, openList } from './grid-cells.ts'
import { enter, fillWorkspace } from './workspace.ts'

describe('the keyboards of the world type into a grid', { skip: noBrowser }, () => {
  let started: BrowserTest
  let page: Page
  let cdp: CDPSession

  const cityOf = async (number: number) => {
    const row = await started.app.db
      .selectFrom('customers')
      .where('last_name', '=', `Customer 000000${number}`)
      .select('city')
      .executeTakeFirstOrThrow()
    return row.city
  }
  const compose = (text: string) =>
    cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  /** A key that the input method takes: the browser tells the page only that it was one. */
  const takenKey = (code: string) =>
    cdp.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      key: 'Process',
      code,
      windowsVirtualKeyCode: 229,
    })
  const goToCity = async (row: number) => {
    await openList(page, '/customers', 'Ann Customer 0000001')
    for (let at = 1; at < row; at += 1) await page.keyboard.press('ArrowDown')
    await moveTo(page, 'City')
  }

  before(async () => {
    started = await startBrowserTest()
    const { cookie } = await fillWorkspace(started, 8)
    page = await started.visit()
    await enter(page, cookie, started.app.url)
    cdp = await page.context().newCDPSession(page)
  })
  after(() => started.close())

  test('what an input method composes begins in the cell, and replaces its value', async () => {
    await goToCity(1)
    await takenKey('KeyT')
    await compose('と')
    await compose('とう')
    await compose('東京')
    await expect(page.getByRole('textbox', { name: 'City' })).toHaveValue('東京')
    await cdp.send('Input.insertText', { text: '東京' })
    await page.keyboard.press('Enter')
    await expect.poll(() => cityOf(1)).toBe('東京')
    await expect(await cellOf(page, 'City', 2)).toHaveText('東京')
  })

  test('the Enter that ends a composition does not save', async () => {
    await goToCity(2)
    await compose('おおさか')
    await cdp.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      key: 'Enter',
      code: 'Enter',
      windowsVirtualKeyCode: 229,
    })
    await cdp.send('Input.insertText', { text: '大阪' })
    await expect(page.getByRole('textbox', { name: 'City' })).toHaveValue('大阪')
    assert.equal(await cityOf(2), 'Oslo')
    // Safari reports that key after the composition has ended, and no longer as part of it.
    await page.getByRole('textbox', { name: 'City' }).evaluate((element) => {
      const late = { key: 'Enter', code: 'Enter', keyCode: 229, bubbles: true, cancelable: true }
      element.dispatchEvent(new KeyboardEvent('keydown', late))
    })
    await expect(page.getByRole('textbox', { name: 'City' })).toHaveValue('大阪')
    await page.keyboard.press('Enter')
    await expect.poll(() => cityOf(2)).toBe('大阪')
  })

  test('one word may be composed after the other', async () => {
    await goToCity(3)
    for (const syllable of ['서', '울']) {
      await compose(syllable)
      await cdp.send('Input.insertText', { text: syllable })
    }
    await page.keyboard.press('Enter')
    await expect.poll(() => cityOf(3)).toBe('서울')
  })

  test('a dead key and a letter make one letter', async () => {
    await goToCity(4)
    await cdp.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      key: 'Dead',
      code: 'Equal',
      windowsVirtualKeyCode: 229,
    })
    await compose('´')
    await cdp.send('Input.insertText', { text: 'É' })
    await page.keyboard.type('vry')
    await page.keyboard.press('Enter')
    await expect.poll(() => cityOf(4)).toBe('Évry')
  })

  test('dictation and pickers of signs, which press no key, write into the cell', async () => {
    await goToCity(5)
    await cdp.send('Input.insertText', { text: '🏔 Voss' })
    await page.keyboard.press('Tab')
    await expect.poll(() => cityOf(5)).toBe('🏔 Voss')
  })

  test('Escape takes a composition back, and then the edit', async () => {
    await goToCity(6)
    await compose('ば')
    await compose('')
    await page.keyboard.press('Escape')
    await page.keyboard.type('Nowhere')
    await page.keyboard.press('Escape')
    await expect(await cellOf(page, 'City', 7)).toHaveText('Oslo')
    await page.keyboard.press('ArrowDown')
    assert.equal(await cityOf(6), 'Oslo')
  })

  test('where values are chosen, what was composed narrows the choice', async () => {
    await openList(page, '/customers', 'Ann Customer 0000001')
    await moveTo(page, 'Stage')
    await compose('prosp')
    await cdp.send('Input.insertText', { text: 'prosp' })
    await expect(page.getByRole('option', { name: 'Prospect' })).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(await cellOf(page, 'Stage', 2)).toHaveText('Prospect')
    await moveTo(page, 'Stage')
    await page.keyboard.type('chur')
    await page.keyboard.press('Enter')
    await expect(await cellOf(page, 'Stage', 3)).toHaveText('Churned')
  })

  test('commands work where nothing is typed, on any keyboard, and nowhere else', async () => {
    await openList(page, '/customers', 'Ann Customer 0000001')
    await page.keyboard.press('x')
    const bar = page.getByRole('toolbar', { name: 'Selected rows' })
    await expect(bar).toContainText('1 selected')
    await cdp.send('Input.dispatchKeyEvent', { type: 'keyDown', key: 'ч', code: 'KeyX', text: 'ч' })
    await expect(bar).toHaveCount(0)
    await moveTo(page, 'City')
    await page.keyboard.type('xo')
    await expect(page.getByRole('textbox', { name: 'City' })).toHaveValue('xo')
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    await expect(page.getByRole('searchbox')).toBeFocused()
  })

  test('a screen reader hears of the active cell, and axe finds nothing', async () => {
    await goToCity(1)
    const place = page.getByRole('textbox', { name: 'Customers: active cell' })
    await expect(place).toBeFocused()
    const id = await place.getAttribute('aria-activedescendant')
    await expect(page.locator(`[id="${id}"]`)).toHaveRole('gridcell')
    await expect(page.locator(`[id="${id}"]`)).toHaveText('東京')
    await expectAccessible(page)
    await page.keyboard.press('a')
    await expectAccessible(page)
    await page.keyboard.press('Escape')
  })

  test('numbers are read as the person writes them, and what is no number is refused at the cell', async () => {
    await openList(page, '/companies', 'Acme')
    const employees = async () =>
      (await started.app.db.selectFrom('companies').select('employee_count').executeTakeFirstOrThrow())
        .employee_count
    await moveTo(page, 'Employees')
    await page.keyboard.type('1,000')
    await page.keyboard.press('Enter')
    await expect.poll(employees).toBe(1_000)
    await expect(await cellOf(page, 'Employees', 2)).toHaveText('1,000')
    await page.keyboard.type('approx 300')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toContainText('is not a number like 1,234.5')
    await expect(page.getByRole('textbox', { name: 'Employees' })).toHaveValue('approx 300')
    assert.equal(await employees(), 1_000)
    await page.getByRole('columnheader', { name: 'Company' }).click({ position: { x: 2, y: 2 } })
    await expect(page.getByRole('alert')).toContainText('is not a number')
    await expect(await cellOf(page, 'Employees', 2)).toContainText('approx 300')
    await page.getByRole('button', { name: 'Discard' }).click()
    await expect(await cellOf(page, 'Employees', 2)).toHaveText('1,000')
  })

  test('the reason of a refused cell covers neither the cell where one goes on nor hides under the header', async () => {
    const overlap = async () => {
      const note = await page.getByRole('alert').boundingBox()
      const active = await page.locator('.grid-active').boundingBox()
      const header = await page.getByRole('columnheader').last().boundingBox()
      if (!note || !active || !header) return 'not there'
      if (note.y < header.y + header.height) return 'under the header'
      const beside = note.x >= active.x + active.width || note.x + note.width <= active.x
      const apart = note.y >= active.y + active.height || note.y + note.height <= active.y
      return beside || apart ? 'free' : 'covered'
    }
    for (const key of ['Enter', 'Tab', 'Shift+Tab', 'Shift+Enter']) {
      for (const row of [1, 2, 4]) {
        await openList(page, '/customers', 'Ann Customer 0000001')
        for (let at = 1; at < row; at += 1) await page.keyboard.press('ArrowDown')
        await moveTo(page, 'Email')
        await page.keyboard.type('no address')
        await page.keyboard.press(key)
        await expect(page.getByRole('alert')).toContainText('not an email address')
        assert.equal(await overlap(), 'free', `${key} in row ${row}`)
        await page.getByRole('button', { name: 'Discard' }).click()
        await expect(page.getByRole('alert')).toHaveCount(0)
      }
    }
  })
})
