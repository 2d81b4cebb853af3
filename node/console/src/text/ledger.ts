// Both ledgers of a scan as one table: what became of all that listing saw.

import type { Ledger } from '../api/records.ts'

/** What of the same class and reason there is. */
export interface Row {
  readonly class: string
  readonly reason: string | undefined
  readonly bytes: number
  /** By kind: objects, folders, members, pages, rows. */
  readonly items: ReadonlyMap<string, number>
}

/** A table of ledgers. */
export interface Table {
  readonly rows: readonly Row[]
  /** The kinds of items that there are, objects always. */
  readonly kinds: readonly string[]
  readonly bytes: number
  readonly items: ReadonlyMap<string, number>
}

const KINDS = ['objects', 'folders', 'members', 'pages', 'rows']
const CLASSES = ['read', 'carried', 'sampled', 'skipped', 'failed', 'pending']

/** The table of these ledgers. */
export function table(ledger: Ledger): Table {
  const rows = new Map<string, { bytes: number; items: Map<string, number> }>()
  const row = (of: { class: string; reason?: string | null }) => {
    const name = `${of.class} ${of.reason ?? ''}`
    const known = rows.get(name) ?? { bytes: 0, items: new Map<string, number>() }
    rows.set(name, known)
    return known
  }
  const sums = new Map<string, number>()
  for (const entry of ledger.bytes) row(entry).bytes += entry.bytes
  for (const entry of ledger.items) {
    add(row(entry).items, entry.item, entry.count)
    add(sums, entry.item, entry.count)
  }
  const named = [...rows].map(([name, { bytes, items }]): Row => {
    const [kind = '', why] = name.split(' ')
    return { class: kind, reason: why || undefined, bytes, items }
  })
  named.sort((a, b) => CLASSES.indexOf(a.class) - CLASSES.indexOf(b.class) || b.bytes - a.bytes)
  return {
    rows: named,
    kinds: KINDS.filter((kind) => kind === 'objects' || sums.has(kind)),
    bytes: named.reduce((sum, row) => sum + row.bytes, 0),
    items: sums,
  }
}

/** Bytes of which it is known what became of them, out of all that were listed. */
export function settled(ledger: Ledger): number {
  const known = ledger.bytes.filter((entry) => entry.class !== 'pending')
  return known.reduce((sum, entry) => sum + entry.bytes, 0)
}

function add(to: Map<string, number>, name: string, count: number): void {
  to.set(name, (to.get(name) ?? 0) + count)
}
