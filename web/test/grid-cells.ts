import assert from 'node:assert/strict'
import { expect, type Page } from '@playwright/test'

/** Goes along the active row to the column with this title. */
export async function moveTo(page: Page, title: string): Promise<void> {
  const titles = await page.getByRole('columnheader').allInnerTexts()
  const wanted = titles.findIndex((text) => text.trim() === title)
  assert.ok(wanted > 0, `there is no column ${title}`)
  await page.keyboard.press('Home')
  for (let column = 1; column < wanted; column += 1) await page.keyboard.press('ArrowRight')
}

/** The cell of a column in a row, both counted from 1; the header is row 1. */
export async function cellOf(page: Page, title: string, row: number) {
  const titles = await page.getByRole('columnheader').allInnerTexts()
  const wanted = titles.findIndex((text) => text.trim() === title)
  return page.locator(`[role=row][aria-rowindex="${row}"] [aria-colindex="${wanted + 1}"]`)
}

/** Opens a list with the focus in its first row. */
export async function openList(page: Page, path: string, text: string): Promise<void> {
  await page.goto(path)
  await expect(page.getByText(text).first()).toBeVisible()
  await page.getByRole('grid').focus()
  await page.keyboard.press('Control+Home')
}
