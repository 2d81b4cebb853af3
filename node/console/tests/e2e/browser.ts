// A browser without a window, and a page in it that keeps account of whatever a page must not do.

import axe from 'axe-core'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { needed } from './node.ts'

declare global {
  interface Window {
    readonly axe: typeof axe
  }
}

/** Starts the system's Chromium. */
export async function browse(): Promise<Browser> {
  // Its own sandbox needs rights that a container mostly hasn't; the page that is tested is ours.
  const args = ['--no-sandbox']
  return chromium.launch({ executablePath: needed('CONSOLE_BROWSER'), args })
}

/** A page, and what it did that it must not do. */
export interface Watched {
  readonly page: Page
  readonly faults: readonly string[]
  readonly close: () => Promise<void>
}

/** Opens the page of a node. Whoever expects the node to refuse something says so by its status. */
export async function open(
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { refusals?: readonly number[] } = {},
): Promise<Watched> {
  const { refusals = [], ...rest } = options
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, ...rest })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    const text = message.text()
    const isExpected = refusals.some((status) => text.includes(`status of ${status} `))
    if (['error', 'warning'].includes(message.type()) && !isExpected)
      faults.push(`console: ${text}`)
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) faults.push(`request: ${request.url()}`)
  })
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)
    })
  })
  await page.goto(url)
  return { page, faults, close: () => context.close() }
}

/** Presses Tab until the focus is on what has this role and name, and says what it met on the way. */
export async function tabTo(page: Page, role: string, name: RegExp): Promise<void> {
  const met: string[] = []
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press('Tab')
    const wanted = page.getByRole(role as Parameters<Page['getByRole']>[0], { name }).first()
    if (
      (await wanted.count()) > 0 &&
      (await wanted.evaluate((it) => it === document.activeElement))
    ) {
      const outline = await wanted.evaluate((it) => getComputedStyle(it).outlineStyle)
      if (outline === 'none') throw new Error(`nobody sees that the focus is on ${role} ${name}`)
      return
    }
    met.push(await page.evaluate(() => document.activeElement?.textContent?.slice(0, 30) ?? ''))
  }
  throw new Error(`no Tab leads to ${role} ${name}; met ${met.join(' | ')}`)
}

/** Texts that differ too little from what is behind them (WCAG 2.2, 1.4.3: 4.5 to 1). */
export async function faint(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
    const luminance = (color: readonly number[]) => {
      const [r = 0, g = 0, b = 0] = color.map((c) => {
        const share = c / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const behind = (element: Element | null): number[] => {
      for (let at = element; at; at = at.parentElement) {
        const color = channels(getComputedStyle(at).backgroundColor)
        if (color[3] !== 0) return color.slice(0, 3)
      }
      return [255, 255, 255]
    }
    const told: string[] = []
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const text = texts.currentNode.textContent?.trim() ?? ''
      const element = texts.currentNode.parentElement
      if (text === '' || !element || !element.checkVisibility()) continue
      const ink = luminance(channels(getComputedStyle(element).color).slice(0, 3))
      const paper = luminance(behind(element))
      const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)
      if (contrast < 4.5) told.push(`${contrast.toFixed(2)}: ${text.slice(0, 40)}`)
    }
    return told
  })
}

/** What keeps a person with a screen reader, or without a mouse, from using what is shown. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const { violations } = await window.axe.run({ runOnly: tags })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)
  })
}

/** What reaches over the right edge of the window. */
export async function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    const all = [...document.querySelectorAll('body *')]
    const wide = all.filter((it) => it.getBoundingClientRect().right > width + 1)
    return wide.map((it) => `${it.tagName} ${it.className} ${it.textContent?.slice(0, 40)}`)
  })
}
