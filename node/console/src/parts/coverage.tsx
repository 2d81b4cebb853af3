import type { Ledger } from '../api/records.ts'
import { table, type Row } from '../text/ledger.ts'
import { count, size } from '../text/numbers.ts'
import { outcome, reason } from '../text/words.ts'

const KINDS: Readonly<Record<string, string>> = {
  objects: 'Objects',
  folders: 'Folders',
  members: 'Members',
  pages: 'Pages',
  rows: 'Rows',
}

/** Both ledgers: what became of all that listing saw, and whether it adds up. */
export function Coverage(props: {
  ledger: Ledger
  listed: { bytes: number; objects: number } | undefined
  name: string
}) {
  const { ledger, listed, name } = props
  const { rows, kinds, bytes, items } = table(ledger)
  return (
    <div class="scrolls" role="region" aria-label={name} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">What became of it</th>
            <th scope="col" class="number">
              Size
            </th>
            {kinds.map((kind) => (
              <th scope="col" class="number" key={kind}>
                {KINDS[kind] ?? kind}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.class} ${row.reason ?? ''}`} class={row.class}>
              <th scope="row">{named(row)}</th>
              <td class="number">{size(row.bytes)}</td>
              {kinds.map((kind) => (
                <td class="number" key={kind}>
                  {count(row.items.get(kind) ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Sum</th>
            <td class="number" title={`${count(bytes)} bytes`}>
              {size(bytes)}
            </td>
            {kinds.map((kind) => (
              <td class="number" key={kind}>
                {count(items.get(kind) ?? 0)}
              </td>
            ))}
          </tr>
          {listed && (
            <tr>
              <th scope="row">Listed</th>
              <td class="number" title={`${count(listed.bytes)} bytes`}>
                {size(listed.bytes)}
              </td>
              <td class="number">{count(listed.objects)}</td>
              {kinds.length > 1 && <td colSpan={kinds.length - 1} />}
            </tr>
          )}
        </tfoot>
      </table>
    </div>
  )
}

function named(row: Row): string {
  const what = outcome(row.class)
  return row.reason === undefined ? what : `${what}: ${reason(row.reason)}`
}
