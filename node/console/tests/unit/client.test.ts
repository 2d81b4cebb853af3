import assert from 'node:assert/strict'
import { test } from 'node:test'
import { address } from '../../src/api/client.ts'
import { problemOf } from '../../src/api/problem.ts'

test('parts and parameters stand in an address as what they are', () => {
  assert.equal(address('/api/v1/scans/{scan}', { scan: '../a?b' }), '/api/v1/scans/..%2Fa%3Fb')
  const query = { q: 'a&b', facet: ['type', 'state'], cursor: undefined }
  assert.equal(address('/s', {}, query), '/s?q=a%26b&facet=type&facet=state')
})

test('a problem says what is wrong, where, and the way out', () => {
  const problem = problemOf(400, {
    code: 'query-syntax',
    title: 't',
    detail: 'd',
    way_out: 'w',
    span: { start: 2, end: 4 },
  })
  assert.equal(problem.code, 'query-syntax')
  assert.equal(problem.wayOut, 'w')
  assert.deepEqual(problem.span, { start: 2, end: 4 })
  assert.ok(!problem.isOfKey)
  assert.ok(problemOf(401, { code: 'no-key', title: '', detail: '', way_out: '' }).isOfKey)
})

test('an answer of something between is a problem, too', () => {
  for (const body of [undefined, null, 'no', {}, { code: 1 }]) {
    const problem = problemOf(502, body)
    assert.equal(problem.code, 'no-problem-document')
    assert.match(problem.detail, /502/)
    assert.equal(problem.span, undefined)
  }
})
