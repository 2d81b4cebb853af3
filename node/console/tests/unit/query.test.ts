import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutAt, isNarrowed, narrowed, termsOf, widened, written } from '../../src/text/query.ts'

test('a facet adds its clause once and takes it out again', () => {
  const once = narrowed('invoices', 'type', 'us.ssn')
  assert.equal(once, 'invoices type:us.ssn')
  assert.equal(narrowed(once, 'type', 'us.ssn'), once)
  assert.ok(isNarrowed(once, 'type', 'us.ssn'))
  assert.equal(widened(once, 'type', 'us.ssn'), 'invoices')
  assert.equal(narrowed('', 'type', 'email'), 'type:email')
  assert.equal(narrowed('*', 'type', 'email'), 'type:email')
})

test('an AND goes with the clause that it joins', () => {
  const without = (query: string) => widened(query, 'type', 'email')
  assert.equal(without('path:b AND type:email'), 'path:b')
  assert.equal(without('type:email AND path:b'), 'path:b')
  assert.equal(without('a AND type:email AND b'), 'a AND b')
  assert.equal(without('a type:email AND b'), 'a b')
  assert.equal(without('type:email AND type:email'), '')
})

test('a clause that is negated holds the query to nothing', () => {
  assert.ok(!isNarrowed('a NOT type:email', 'type', 'email'))
  assert.ok(!isNarrowed('a -type:email', 'type', 'email'))
  assert.equal(widened('NOT type:email type:email', 'type', 'email'), 'NOT type:email')
})

test('alternatives are held together before they are narrowed', () => {
  const query = narrowed('smith OR customers', 'type', 'email')
  assert.equal(query, '(smith OR customers) type:email')
  assert.equal(narrowed(query, 'state', 'open'), '(smith OR customers) type:email state:open')
  assert.ok(!isNarrowed('type:email OR smith', 'type', 'email'))
  const held = narrowed('type:email OR smith', 'type', 'email')
  assert.equal(held, '(type:email OR smith) type:email')
})

test('blanks in quotes and brackets part nothing', () => {
  const query = 'path:"a b" first_seen:[2026 TO *] (x OR y) "an \\" in it" open"'
  assert.deepEqual(termsOf(query), [
    'path:"a b"',
    'first_seen:[2026 TO *]',
    '(x OR y)',
    '"an \\" in it"',
    'open"',
  ])
})

test('a value that is no plain word is quoted', () => {
  assert.equal(written('type', 'us.ssn'), 'type:us.ssn')
  assert.equal(written('format', '-odd "one"'), 'format:"-odd \\"one\\""')
  assert.equal(written('verdict', 'false-positive'), 'verdict:false-positive')
})

test('a place in bytes cuts text between its characters', () => {
  assert.deepEqual(cutAt('Müller tpye:x', { start: 8, end: 12 }), ['Müller ', 'tpye', ':x'])
  assert.deepEqual(cutAt('a AND', { start: 5, end: 5 }), ['a AND', '', ''])
  assert.deepEqual(cutAt('a', { start: 9, end: 3 }), ['a', '', ''])
})
