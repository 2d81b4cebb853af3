import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settled, table } from '../../src/text/ledger.ts'
import { count, counted, lasted, lasting, percent, size } from '../../src/text/numbers.ts'
import { place, way } from '../../src/text/place.ts'
import { done, pace, share } from '../../src/text/progress.ts'

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

test('of a scan that still lists neither share nor end is told', () => {
  const scan = {
    state: 'running' as const,
    all_listed: false,
    listed_objects: 10,
    listed_bytes: 2048,
    done_objects: 5,
    done_bytes: 1024,
    pace: { objects_per_second: 2, bytes_per_second: 512 },
  }
  assert.equal(share(scan), undefined)
  assert.match(done(scan), /^5 of 10 objects, 1.00 KiB of 2.00 KiB listed so far; more/)
  assert.match(pace(scan)!, /^2 objects, 512 B a second; how long it takes is known when/)
  const all = { ...scan, all_listed: true }
  assert.equal(share(all), 0.5)
  assert.match(done(all), /\(50%\)$/)
  assert.equal(pace(all), '2 objects, 512 B a second')
  const slow = { objects_per_second: 0.983, bytes_per_second: 1023.7 }
  assert.equal(pace({ ...all, pace: slow }), '0.98 objects, 1.00 KiB a second')
  const soon = { ...all, pace: { ...all.pace, remaining_seconds: 150 } }
  assert.match(pace(soon)!, /; about 3 min left$/)
  assert.equal(pace({ ...all, pace: null }), undefined)
  assert.equal(share({ ...all, state: 'finished', listed_bytes: 0 }), 1)
  assert.deepEqual([59, 60, 3600, 7260].map(lasting), ['59 s', '1 min', '1 h 0 min', '2 h 1 min'])
})
