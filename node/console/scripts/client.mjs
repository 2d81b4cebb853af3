// Writes src/api/document.ts: the types of all that a node takes and answers, made from the
// document of its API. `npm run client -- URL` asks the node there; with `--check` nothing is
// written, and a file that is not that of the document is an error.

import { readFile, writeFile } from 'node:fs/promises'
import openapi, { astToString } from 'openapi-typescript'

const FILE = new URL('../src/api/document.ts', import.meta.url)
const HEAD = '// Made by `npm run client` from the document of the API. Edit that.\n\n'

// What has a default may be left out.
const OPTIONS = { defaultNonNullable: false }

const words = process.argv.slice(2)
const check = words.includes('--check')
const node = words.find((word) => !word.startsWith('--')) ?? 'http://127.0.0.1:7300'

const answer = await fetch(`${node}/api/v1/openapi.json`)
if (!answer.ok) throw new Error(`${node} answers ${answer.status}; is a node up there?`)
const types = HEAD + astToString(await openapi(await answer.json(), OPTIONS))

if (!check) {
  await writeFile(FILE, types)
} else if (types !== (await readFile(FILE, 'utf8'))) {
  console.error('src/api/document.ts is not that of this node: run `npm run client`')
  process.exitCode = 1
}
