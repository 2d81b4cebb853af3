import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settled, table } from '../../src/text/ledger.ts'
import { count, counted, lasted, percent, size } from '../../src/text/numbers.ts'
import { place, way } from '../../src/text/place.ts'

const LEDGER = {
  bytes: [
    { class: 'pending', bytes: 5 },
    { class: 'read', bytes: 100 },
    { class: 'skipped', reason: 'binary', bytes: 7 },
    { class: 'skipped', reason: 'encrypted', bytes: 9 },
  ],
  items: [
    { item: 'objects', class: 'read', count: 3 },
    { item: 'objects', class: 'skipped', reason: 'binary', count: 1 },
    { item: 'pages', class: 'failed', reason: 'broken', count: 2 },
  ],
}

test('a table of ledgers sums to what they hold', () => {
  const { rows, kinds, bytes, items } = table(LEDGER)
  assert.deepEqual(
    rows.map((row) => `${row.class} ${row.reason ?? ''}`.trim()),
    ['read', 'skipped encrypted', 'skipped binary', 'failed broken', 'pending'],
  )
  assert.deepEqual(kinds, ['objects', 'pages'])
  assert.equal(bytes, 121)
  assert.equal(items.get('objects'), 4)
  assert.equal(settled(LEDGER), 116)
})

test('a ledger of nothing is a table of nothing', () => {
  const { rows, kinds, bytes } = table({ bytes: [], items: [] })
  assert.deepEqual([rows, kinds, bytes], [[], ['objects'], 0])
})

test('numbers are short to read', () => {
  assert.equal(count(1234567), '1,234,567')
  assert.equal(counted(1, 'match', 'matches'), '1 match')
  assert.equal(counted(0, 'finding'), '0 findings')
  assert.deepEqual([0, 1023, 2045908, 2 ** 40].map(size), ['0 B', '1023 B', '1.95 MiB', '1.00 TiB'])
  assert.deepEqual([0, 0.29, 0.999, 1].map(percent), ['0%', '29%', '99%', '100%'])
  const from = '2026-11-25T18:00:00Z'
  assert.equal(lasted(from, '2026-11-25T18:00:04.200Z'), '4.2 s')
  assert.equal(lasted(from, '2026-11-25T20:10:00Z'), '2 h 10 min')
  assert.equal(lasted(from, 'never'), '')
})

test('a place is told by what its format has', () => {
  assert.equal(place({ line: 5, column: 17, start: 80 }), 'line 5, column 17')
  assert.equal(place({ sheet: 'Staff', row: 3, field: 'phone' }), 'sheet Staff, row 3, field phone')
  assert.equal(place({ start: 0, end: 9 }), 'byte 0')
  assert.equal(place({ name: true, offset: 3 }), 'in the name')
  assert.deepEqual(way('a.zip', { member: ['b.tar', 'c.txt'] }), ['a.zip', 'b.tar', 'c.txt'])
})
