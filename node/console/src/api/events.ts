// Server-sent events, read from the body of an answer: the browser's own reader of them can't send a
// key, and a key has no place in an address.

/** Something that the node tells. */
export interface Event {
  readonly name: string
  readonly data: string
}

/** The events of a stream, as they come. */
export async function* events(stream: ReadableStream<Uint8Array>): AsyncGenerator<Event> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  const lines = new Lines()
  const event = new Growing()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      for (const line of lines.take(decoder.decode(value, { stream: true }))) {
        const whole = event.take(line)
        if (whole) yield whole
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** Cuts text into lines, wherever its pieces begin and end. A line ends with CR, LF or both. */
export class Lines {
  private rest = ''
  private afterReturn = false

  take(piece: string): string[] {
    // The second half of a line's end may come with the next piece.
    const text = this.afterReturn && piece.startsWith('\n') ? piece.slice(1) : piece
    if (piece !== '') this.afterReturn = piece.endsWith('\r')
    const lines = (this.rest + text).split(/\r\n|\r|\n/)
    this.rest = lines.pop() ?? ''
    return lines
  }
}

/** An event, line by line: it is whole at an empty line. */
export class Growing {
  private name = ''
  private data: string[] = []

  take(line: string): Event | undefined {
    if (line === '') {
      const whole = { name: this.name || 'message', data: this.data.join('\n') }
      const told = this.data.length > 0
      this.name = ''
      this.data = []
      return told ? whole : undefined
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    // What begins with a colon says only that the connection lives.
    if (field === 'event') this.name = value
    if (field === 'data') this.data.push(value)
    return undefined
  }
}
