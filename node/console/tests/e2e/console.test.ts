// The console as people use it: real clicks and keys, in a real browser, against a real node.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { barriers, browse, faint, open, overflowing, tabTo } from './browser.ts'
import { PEOPLE, long, up, type Node } from './node.ts'

/** Each step waits for what it needs; so long at the most, however slow the machine. */
const PATIENCE_MILLIS = 60_000

const ALL = new RegExp(`^${2 * PEOPLE} matches$`)
const HALF = new RegExp(`^${PEOPLE} matches$`)

let node: Node
let browser: Browser

before(async () => {
  node = await up()
  browser = await browse()
})

after(async () => {
  await browser?.close()
  await node?.stop()
})

test('a key that is not good is refused with the way out, and one that is stays out of the address', async () => {
  const { page, faults, close } = await open(browser, node.url, { refusals: [401] })
  await page.getByLabel('Key', { exact: true }).fill('trawl_default_none_none')
  await page.getByRole('button', { name: 'Use it' }).click()
  await page.getByRole('alert').getByText('have another made by').waitFor()
  await enter(page)
  await page.getByText('Nothing has been scanned yet').waitFor()
  assert.ok(!page.url().includes('trawl_'), page.url())
  await page.getByRole('button', { name: 'Forget the key' }).click()
  await page.getByRole('heading', { name: 'Your key' }).waitFor()
  assert.equal(await page.evaluate(() => sessionStorage.length), 0)
  assert.deepEqual(faults, [])
  await close()
})

test('a folder is scanned, searched, narrowed and judged by clicks', async () => {
  const { page, faults, close } = await open(browser, node.url)
  await enter(page)
  await page.getByLabel(/Folder or file/).fill(node.folder)
  await page.getByRole('button', { name: 'Scan', exact: true }).click()

  await page.getByText('The scan has finished.').waitFor({ timeout: PATIENCE_MILLIS })
  await page.getByText('Both ledgers sum to what listing saw.').waitFor()
  await page.getByRole('rowheader', { name: 'Skipped: not text' }).waitFor()
  await page.getByRole('listitem').filter({ hasText: 'picture.bin' }).waitFor()
  await page.getByRole('link', { name: /Show \d+ findings/ }).click()

  await untilFound(page, ALL)
  const facets = page.getByRole('navigation', { name: 'Facets' })
  await facets.getByRole('link', { name: /^email/ }).click()
  await told(page, HALF).waitFor()
  assert.match(await page.getByLabel('Query').inputValue(), /type:email$/)
  await page.getByRole('button', { name: 'More matches' }).click()
  const matches = page.getByRole('region', { name: 'Matches' }).getByRole('listitem')
  await matches.nth(PEOPLE - 1).waitFor()
  assert.equal(await matches.count(), PEOPLE)

  await matches.first().getByRole('link').click()
  await page.getByRole('heading', { name: 'Why it is one' }).waitFor()
  await page.getByText('line 2, column 7').waitFor()
  const confirmed = page.getByRole('button', { name: 'Confirmed' })
  await confirmed.click()
  await page.getByText(/^Said by key console/).waitFor()
  assert.equal(await confirmed.getAttribute('aria-pressed'), 'true')

  await page.getByRole('link', { name: 'Search' }).click()
  await page.getByLabel('Query').fill('verdict:confirmed')
  await page.getByRole('button', { name: 'Search' }).click()
  await untilFound(page, /^1 match$/)
  await matches.getByText('Confirmed').waitFor()
  await page.getByRole('link', { name: 'Sources' }).click()
  await page.getByText(`${2 * PEOPLE} findings`).waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('progress is shown while a scan goes on', async () => {
  const { page, faults, close } = await open(browser, node.url)
  await enter(page)
  await page.getByRole('heading', { name: node.folder }).waitFor()
  // Whatever the page says of progress is written down as it is said.
  await page.evaluate(() => {
    const said: string[] = []
    const voice = document.querySelector('[aria-live]')
    new MutationObserver(() => said.push(voice?.textContent ?? '')).observe(document.body, {
      childList: true,
      characterData: true,
      subtree: true,
    })
    Object.assign(window, { said })
  })
  await page.getByLabel(/Folder or file/).fill(`${node.folder}/long.txt`)
  await page.getByRole('button', { name: 'Scan', exact: true }).click()
  await page.getByText('The scan has finished.').waitFor({ timeout: PATIENCE_MILLIS })
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said)
  assert.ok(
    said.some((sentence) => /^Scan 1 is at work/.test(sentence)),
    said.join(' | '),
  )
  assert.equal(said.at(-1), 'Scan 1 has finished')
  assert.deepEqual(faults, [])
  await close()
})

test('a scan is held, let go on and ended by its buttons', async () => {
  const { page, faults, close } = await open(browser, node.url)
  await enter(page)
  // Read for many times as long as a click takes.
  const file = `${node.folder}-held.txt`
  long(file, 160 << 20)
  await page.getByLabel(/Folder or file/).fill(file)
  await page.getByRole('button', { name: 'Scan', exact: true }).click()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('The scan is paused.').waitFor({ timeout: PATIENCE_MILLIS })
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('button', { name: 'Pause' }).waitFor({ timeout: PATIENCE_MILLIS })
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('The scan was cancelled.').waitFor({ timeout: PATIENCE_MILLIS })
  await page.getByRole('button', { name: 'Scan again' }).waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('a source is named, scheduled and looked after by clicks', async () => {
  const { page, faults, close } = await open(browser, node.url, { refusals: [422] })
  await enter(page)
  const file = `${node.folder}-named.txt`
  writeFileSync(file, 'mail: person.named@mail.example.org\n')
  await page.getByLabel(/Folder or file/).fill(file)
  await page.getByLabel(/called/).fill('named')
  await page.getByRole('button', { name: 'Scan', exact: true }).click()
  await page.getByText('The scan has finished.').waitFor({ timeout: PATIENCE_MILLIS })
  await page.getByRole('link', { name: 'Sources' }).click()
  await lookAfter(page, 'named')
  await page.getByText('It is scanned only when somebody orders it.').waitFor()
  await page.getByText('Nothing was given up.').waitFor()
  const form = page.getByRole('form', { name: 'A schedule' })
  const times = form.getByLabel('Times')
  await form.getByLabel('Name').fill('nightly')
  await times.fill('61 * * * *')
  await form.getByRole('button', { name: 'Keep the schedule' }).click()
  await page.getByRole('alert').getByText('such as').waitFor()
  await times.fill('30 2 * * mon-fri')
  await form.getByLabel('Time zone').fill('Europe/Berlin')
  await form.getByRole('button', { name: 'Keep the schedule' }).click()
  const kept = page.getByRole('list', { name: 'Schedules' }).getByRole('listitem')
  await kept
    .filter({ hasText: 'Europe/Berlin' })
    .getByText(/^Next: /)
    .waitFor()
  await page.getByLabel('What it is called').fill('post')
  await page.getByRole('button', { name: 'Keep the name' }).click()
  await page.getByRole('heading', { name: 'post', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Remove nightly' }).click()
  await page.getByText('It is scanned only when somebody orders it.').waitFor()
  await page.getByRole('link', { name: 'Sources' }).click()
  await page.getByRole('heading', { name: 'post', exact: true }).waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('what was given up is listed and tried again by its button', async () => {
  const { page, faults, close } = await open(browser, node.url)
  await enter(page)
  await page.getByLabel(/Folder or file/).fill(node.folder)
  await page.getByRole('button', { name: 'Scan', exact: true }).click()
  await page.getByText('The scan has finished.').waitFor({ timeout: PATIENCE_MILLIS })
  await page.getByRole('link', { name: 'Sources' }).click()
  // No file of ours fails for ever: the node's word for it is put in its place once.
  let isReleased = false
  await page.route('**/parked*', (route) => {
    const error = 'could not open a file: input/output error'
    const one = { what: 'object', object: 'a/b.txt', reason: 'source-failed', range: 'r', error }
    return route.fulfill({ json: { parked: isReleased ? [] : [one], next: null } })
  })
  await lookAfter(page, node.folder)
  const list = page.getByRole('list', { name: 'Given up' })
  await list.getByText('its source failed: could not open').waitFor()
  isReleased = true
  await page.getByRole('button', { name: 'Try all of it again' }).click()
  // The node knows of nothing that was given up: so nothing is ordered.
  await page.getByText('Nothing was given up.').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('all that a search finds is judged at once, and not by one press alone', async () => {
  const { page, faults, close } = await open(browser, node.url)
  await enter(page)
  await page.getByRole('link', { name: 'Search' }).click()
  await page.getByLabel('Query').fill('type:payment_card path:invoices')
  await page.getByRole('button', { name: 'Search' }).click()
  await untilFound(page, HALF)
  await page.getByText('Judge all of them').click()
  await page.getByLabel('Accepted').check()
  await page.getByRole('button', { name: `Say it of ${PEOPLE} findings` }).click()
  await page.getByRole('button', { name: 'No', exact: true }).click()
  await page.getByRole('button', { name: `Say it of ${PEOPLE} findings` }).click()
  await page.getByRole('button', { name: `Yes, say it of ${PEOPLE} findings` }).click()
  await page.getByText(`${PEOPLE} findings are judged.`).first().waitFor()
  // As many are found before and after: what is there now must go first.
  await page.getByLabel('Query').fill('nobodywritesthis')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByText('Nothing matches.').waitFor()
  await page.getByLabel('Query').fill('verdict:accepted')
  await page.getByRole('button', { name: 'Search' }).click()
  await untilFound(page, HALF)
  await page.getByText('Judge all of them').click()
  await page.getByLabel('Take back').check()
  await page.getByRole('button', { name: `Say it of ${PEOPLE} findings` }).click()
  await page.getByRole('button', { name: /^Yes, say it/ }).click()
  await page.getByText(`${PEOPLE} findings are judged.`).first().waitFor()
  await untilFound(page, /^0 matches$/)
  assert.deepEqual(faults, [])
  await close()
})

test('what is wrong with a query is shown at its place', async () => {
  const { page, faults, close } = await open(browser, node.url, { refusals: [400] })
  await enter(page)
  await page.getByRole('link', { name: 'Search' }).click()
  const box = page.getByLabel('Query')
  await box.fill('invoices tpye:email')
  await box.press('Enter')
  const alert = page.getByRole('alert')
  await alert.getByText('did you mean').waitFor()
  assert.equal(await alert.locator('mark').textContent(), 'tpye')
  assert.equal(await box.getAttribute('aria-invalid'), 'true')
  await box.fill('invoices type:email')
  await box.press('Enter')
  await untilFound(page, HALF)
  await box.fill('nobodywritesthis')
  await box.press('Enter')
  await page.getByText('Nothing matches.').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('all of it goes by keyboard alone', async () => {
  const { page, faults, close } = await open(browser, node.url)
  await tabTo(page, 'textbox', /^Key/)
  await page.keyboard.type(node.key)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Sources' }).waitFor()
  await tabTo(page, 'textbox', /Folder or file/)
  await page.keyboard.type(node.folder)
  await page.keyboard.press('Enter')
  await page.getByText('The scan has finished.').waitFor({ timeout: PATIENCE_MILLIS })
  await tabTo(page, 'link', /Show \d+ findings/)
  await page.keyboard.press('Enter')
  await untilFound(page, ALL)
  await tabTo(page, 'link', /^payment_card/)
  await page.keyboard.press('Enter')
  await told(page, HALF).waitFor()
  const facet = page
    .getByRole('navigation', { name: 'Facets' })
    .getByRole('link', { name: /^payment_card/ })
  assert.ok(
    await facet.evaluate((it) => it === document.activeElement),
    'the focus stays on the facet',
  )
  await tabTo(page, 'link', /^payment_card$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Why it is one' }).waitFor()
  await tabTo(page, 'button', /False positive/)
  await page.keyboard.press('Enter')
  await page.getByText(/^Said by key console/).waitFor()
  await tabTo(page, 'link', /^Sources$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: node.folder, exact: true }).waitFor()
  await tabTo(page, 'link', /^Look after it$/)
  await page.keyboard.press('Enter')
  await page.getByText('It is scanned only when somebody orders it.').waitFor()
  const fields = [
    [/^Name/, 'by-key'],
    [/^Times/, '0 4 * * *'],
  ] as const
  for (const [name, text] of fields) {
    await tabTo(page, 'textbox', name)
    await page.keyboard.type(text)
  }
  await page.keyboard.press('Enter')
  const schedules = page.getByRole('list', { name: 'Schedules' })
  await schedules.getByText('by-key').waitFor()
  await tabTo(page, 'button', /^Remove by-key$/)
  await page.keyboard.press('Enter')
  await page.getByText('It is scanned only when somebody orders it.').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`on a phone, ${colorScheme}, everything fits, can be read and bars nobody`, async () => {
    const viewport = { width: 360, height: 740 }
    const { page, faults, close } = await open(browser, node.url, { viewport, colorScheme })
    const look = async (what: string) => {
      assert.deepEqual(await overflowing(page), [], `${what} at 360 px`)
      assert.deepEqual(await faint(page), [], `${what}, ${colorScheme}`)
      assert.deepEqual(await barriers(page), [], `${what}, for everyone`)
    }
    await look('the key')
    await enter(page)
    const heading = page.getByRole('heading', { name: node.folder, exact: true })
    const source = page.getByRole('listitem').filter({ has: heading })
    await source.getByText('What was read, and what was not').click()
    await look('sources')
    await source.getByRole('link', { name: /^Scan \d/ }).click()
    await page.getByRole('heading', { name: /^Scan \d/, level: 1 }).waitFor()
    await page.getByText('Both ledgers sum').waitFor()
    await look('a scan')
    await page.getByRole('link', { name: 'Sources' }).click()
    await lookAfter(page, node.folder)
    await page.getByText('Nothing was given up.').waitFor()
    await look('what is said of a source')
    await page.getByRole('link', { name: 'Search' }).click()
    await page.getByText('Narrow it').click()
    await page.getByText('Judge all of them').click()
    await look('a search')
    await page.getByRole('region', { name: 'Matches' }).getByRole('link').first().click()
    await page.getByText('All that is known of it').click()
    await look('a finding')
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    assert.equal(paper, colorScheme === 'dark' ? 'rgb(20, 24, 27)' : 'rgb(255, 255, 255)')
    assert.deepEqual(faults, [])
    await close()
  })
}

test('a node that has gone is told of, with the way out', async () => {
  const { page, close } = await open(browser, node.url)
  await enter(page)
  await page.getByRole('heading', { name: node.folder, exact: true }).waitFor()
  await page.route('**/api/**', (route) => route.abort())
  await page.getByRole('link', { name: 'Search' }).click()
  await page.getByRole('alert').getByText('The node doesn’t answer').waitFor()
  await page.unroute('**/api/**')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('region', { name: 'Matches' }).waitFor()
  await close()
})

test('the client is that of the document of this node', () => {
  execFileSync(process.execPath, ['scripts/client.mjs', node.url, '--check'], { stdio: 'inherit' })
})

test('the picture of the README is taken', { skip: !process.env['CONSOLE_PICTURE'] }, async () => {
  const { page, close } = await open(browser, node.url, { viewport: { width: 1000, height: 680 } })
  await enter(page)
  await page.getByRole('link', { name: 'Search' }).click()
  await page.getByRole('region', { name: 'Matches' }).waitFor()
  await page.screenshot({ path: process.env['CONSOLE_PICTURE']! })
  await close()
})

/** From the sources to one of them, by what stands at its head. */
async function lookAfter(page: Page, name: string): Promise<void> {
  const heading = page.getByRole('heading', { name, exact: true })
  const card = page.getByRole('listitem').filter({ has: heading })
  await card.getByRole('link', { name: 'Look after it' }).click()
  await page.getByRole('heading', { name: 'Schedules' }).waitFor()
}

async function enter(page: Page): Promise<void> {
  await page.getByLabel('Key', { exact: true }).fill(node.key)
  await page.getByRole('button', { name: 'Use it' }).click()
  await page.getByRole('heading', { name: 'Sources' }).waitFor()
}

/** How many matches there are, as the page shows it. */
function told(page: Page, sentence: RegExp): Locator {
  return page.getByRole('region', { name: 'Matches' }).getByText(sentence)
}

/** Searches again until the index has taken in what the store has. */
async function untilFound(page: Page, sentence: RegExp): Promise<void> {
  const found = told(page, sentence)
  const answered = page.locator('.results[aria-busy=false]')
  for (const began = Date.now(); ;) {
    await answered.waitFor()
    if ((await found.count()) > 0) return
    assert.ok(Date.now() - began < PATIENCE_MILLIS, `never found ${sentence}`)
    await page.getByRole('button', { name: 'Search' }).click()
  }
}
