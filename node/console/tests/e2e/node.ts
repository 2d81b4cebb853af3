// A node that runs: the real binary with its data in a folder of its own, and something to scan.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Node {
  readonly url: string
  /** A key that may do everything. */
  readonly key: string
  /** A folder of people whom nobody knows. */
  readonly folder: string
  readonly stop: () => Promise<void>
}

/** People in the folder: each has an address and a card in a file of his own. */
export const PEOPLE = 40

/** The bytes of a file that takes a while to read, so that there is progress to be seen. */
const LONG_BYTES = 24 << 20

/** Starts one. */
export async function up(): Promise<Node> {
  const place = mkdtempSync(join(tmpdir(), 'trawl-console-'))
  const data = join(place, 'data')
  const folder = join(place, 'people')
  fill(folder)
  const binary = needed('CONSOLE_NODE')
  const made = ['key', 'new', '--name', 'console', '--can', 'admin', '--data', data]
  const key = execFileSync(binary, made, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const set = ['--set', 'api.listen=127.0.0.1:0', '--set', 'api.stream_interval=20ms']
  const child = spawn(binary, ['up', '--data', data, ...set], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const url = await address(child)
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
    rmSync(place, { recursive: true })
  }
  return { url, key: key.trim(), folder, stop }
}

/** A variable that the script that runs the tests sets. */
export function needed(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the tests by scripts/console`)
  return value
}

async function address(child: ChildProcess): Promise<string> {
  if (child.stdout) {
    for await (const line of createInterface(child.stdout)) {
      const url = /https?:\/\/\S+/.exec(line)?.[0]
      if (url) return url
    }
  }
  throw new Error('the node ended before it was up')
}

function fill(folder: string): void {
  mkdirSync(join(folder, 'invoices'), { recursive: true })
  for (let n = 0; n < PEOPLE; n += 1) {
    const month = n % 4
    const body = `Customer ${n}\nmail: person.number${n}@mail.example.org\ncard: ${card(n)}\n`
    writeFileSync(join(folder, 'invoices', `2024-0${month + 1}-person-${n}.txt`), body)
  }
  long(join(folder, 'long.txt'), LONG_BYTES)
  writeFileSync(
    join(folder, 'picture.bin'),
    Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 37) % 256)),
  )
}

/** A text of about so many bytes in which nothing is found. No two stretches of it are the same, so that
 * nothing is saved in reading it. */
export function long(path: string, bytes: number): void {
  const file = openSync(path, 'w')
  for (let written = 0, line = 0; written < bytes;) {
    const lines = Array.from(
      { length: 10_000 },
      () => `Nothing of note stands in line ${(line += 1)}.\n`,
    )
    written += writeSync(file, lines.join(''))
  }
  closeSync(file)
}

/** A number that is shaped like a card's, with its check digit. */
function card(n: number): string {
  const body = `411111${String(100000000 + n * 7919).slice(-9)}`
  const sum = [...body].reverse().reduce((sum, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 0 ? 2 : 1)
    return sum + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return `${body}${(10 - (sum % 10)) % 10}`.replace(/(.{4})(?=.)/g, '$1 ')
}
