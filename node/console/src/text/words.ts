// The words of the API, as the page says them.

import type { Scan, Verdict } from '../api/records.ts'

/** What may be said of a finding, in the order of the buttons. */
export const VERDICTS: readonly {
  readonly verdict: Verdict
  readonly name: string
  readonly means: string
}[] = [
  { verdict: 'confirmed', name: 'Confirmed', means: 'it is what it is taken for' },
  { verdict: 'false-positive', name: 'False positive', means: 'it is something else' },
  { verdict: 'accepted', name: 'Accepted', means: 'it is one, and may be there' },
]

const STATES: Readonly<Record<Scan['state'], string>> = {
  queued: 'waits for its turn',
  running: 'is at work',
  paused: 'is paused',
  waiting: 'waits for your word',
  finished: 'has finished',
  cancelled: 'was cancelled',
  failed: 'has failed',
}

/** How a scan stands: a verb, behind its name. */
export function standing(state: Scan['state']): string {
  return STATES[state]
}

/** Whether something more comes of a scan, now or when it is let go on. */
export function goesOn(state: Scan['state']): boolean {
  return state === 'queued' || state === 'running' || state === 'paused'
}

const CLASSES: Readonly<Record<string, string>> = {
  read: 'Read',
  carried: 'Unchanged since it was read',
  sampled: 'Read in part',
  skipped: 'Skipped',
  failed: 'Failed',
  pending: 'Not read yet',
}

/** What became of something. */
export function outcome(name: string): string {
  return CLASSES[name] ?? name
}

const REASONS: Readonly<Record<string, string>> = {
  binary: 'not text',
  hole: 'hole of a sparse file',
  'special-file': 'device, pipe or socket',
  symlink: 'link to elsewhere',
  'other-filesystem': 'on another file system',
  excluded: 'left out by the settings',
  'too-large': 'too large',
  encrypted: 'encrypted',
  'unsupported-format': 'format not supported',
  broken: 'damaged',
  'expansion-limit': 'expands too much',
  'depth-limit': 'nested too deeply',
  'reader-limit': 'too much for its reader',
  permission: 'no permission',
  io: 'could not be read from the disk',
  vanished: 'vanished meanwhile',
  unsteady: 'kept changing',
  'reader-died': 'its reader died',
  'name-too-long': 'name too long',
  'source-failed': 'its source failed',
}

/** Why something was not read. */
export function reason(name: string): string {
  return REASONS[name] ?? name
}
