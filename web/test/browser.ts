import AxeBuilder from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, expect, type Page } from '@playwright/test'
import { startTestApp, type WorkingApp } from '../../server/test/fixtures/app.ts'
import { findChromium } from './chromium.ts'

/** Why a browser test does not run, or false; goes into the `skip` of every describe block. */
export const noBrowser = findChromium() ? false : 'there is no Chromium on this machine'

export const screens = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
}

const FLAGS = [
  '--no-sandbox',
  '--headless=shell',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

export interface BrowserTest {
  app: WorkingApp
  browser: Browser
  /** A fresh visitor: no cookies, no stored settings. */
  visit: (options?: {
    colorScheme?: 'light' | 'dark'
    viewport?: { width: number; height: number }
  }) => Promise<Page>
  close: () => Promise<void>
}

/** The real application over an empty database, and a real browser in front of it. */
export async function startBrowserTest(): Promise<BrowserTest> {
  const binary = findChromium()
  if (!binary) throw new Error('There is no Chromium on this machine.')
  const app = await startTestApp()
  const browser = await chromium.launch({
    executablePath: binary.path,
    env: { ...process.env, ...binary.env },
    args: FLAGS,
  })
  const contexts: BrowserContext[] = []
  return {
    app,
    browser,
    visit: async ({ colorScheme = 'light', viewport = screens.desktop } = {}) => {
      const context = await browser.newContext({
        baseURL: app.url,
        colorScheme,
        viewport,
        reducedMotion: 'reduce',
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
      })
      contexts.push(context)
      return context.newPage()
    },
    close: async () => {
      for (const context of contexts) await context.close()
      await browser.close()
      await app.close()
    },
  }
}

/** Fails with the findings if the page breaks a rule of accessibility that a machine can check. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))),
  )
  const { violations } = await new AxeBuilder({ page }).analyze()
  const findings = violations.map(
    ({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target).join(', ')})`,
  )
  expect(findings).toEqual([])
}
