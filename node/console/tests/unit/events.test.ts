import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lines, events, type Event } from '../../src/api/events.ts'

const TOLD =
  ': it lives\n\nevent: progress\ndata: {"a":1}\n\n' +
  'event: end\r\ndata: {"ä":\r\ndata: 2}\r\n\r\nevent: nothing\n\ndata\n\n'

test('events are the same however the stream is cut', async () => {
  const bytes = new TextEncoder().encode(TOLD)
  const whole = await read([bytes])
  assert.deepEqual(whole, [
    { name: 'progress', data: '{"a":1}' },
    { name: 'end', data: '{"ä":\n2}' },
    { name: 'message', data: '' },
  ])
  for (let size = 1; size < bytes.length; size += 1) {
    const pieces: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
    assert.deepEqual(await read(pieces), whole, `in pieces of ${size} bytes`)
  }
})

test('an event that is cut off is none', async () => {
  assert.deepEqual(await read([new TextEncoder().encode('event: end\ndata: {}\n')]), [])
})

test('a line’s end that comes in two pieces is one end', () => {
  const lines = new Lines()
  assert.deepEqual(lines.take('a\r'), ['a'])
  assert.deepEqual(lines.take('\nb\n'), ['b'])
})

async function read(pieces: readonly Uint8Array[]): Promise<Event[]> {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
  const told: Event[] = []
  for await (const event of events(stream)) told.push(event)
  return told
}
