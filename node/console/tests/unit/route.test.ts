import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRoute, writeRoute, type Route } from '../../src/state/route.ts'

test('a route is read as it was written', () => {
  const routes: Route[] = [
    { view: 'sources' },
    { view: 'source', source: 'srbreh08g8346' },
    { view: 'scan', scan: 'asv98cd7mi45md61r660' },
    { view: 'finding', finding: 'a/b?c#d%e' },
    { view: 'search', asked: { query: '', sort: '-first_seen' } },
    { view: 'search', asked: { query: 'path:"a&b" +c% #d ä', sort: '-confidence' } },
  ]
  for (const route of routes) assert.deepEqual(readRoute(writeRoute(route)), route)
})

test('what is no route leads to the sources', () => {
  for (const hash of ['', '#', '#/', '#/scan', '#/source', '#/none/x', '#x']) {
    assert.deepEqual(readRoute(hash), { view: 'sources' })
  }
  assert.deepEqual(readRoute('#/finding/%zz'), { view: 'finding', finding: '%zz' })
})
