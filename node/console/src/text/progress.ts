// How far a scan is, as far as it can honestly be said: a share, and an end, only where all is listed.

import type { Scan } from '../api/records.ts'
import { count, counted, lasting, percent, rate, size } from './numbers.ts'
import { goesOn } from './words.ts'

type Standing = Pick<
  Scan,
  | 'state'
  | 'all_listed'
  | 'listed_objects'
  | 'listed_bytes'
  | 'done_objects'
  | 'done_bytes'
  | 'pace'
>

/** What is done of all there is, from 0 to 1; undefined where it isn't known how much there is. */
export function share(scan: Standing): number | undefined {
  if (!scan.all_listed && goesOn(scan.state)) return undefined
  if (scan.listed_bytes === 0) return goesOn(scan.state) ? 0 : 1
  return scan.done_bytes / scan.listed_bytes
}

/** What is done of what is listed. */
export function done(scan: Standing): string {
  const known = share(scan)
  const objects = `${count(scan.done_objects)} of ${counted(scan.listed_objects, 'object')}`
  const bytes = `${size(scan.done_bytes)} of ${size(scan.listed_bytes)}`
  if (known === undefined) return `${objects}, ${bytes} listed so far; more may come`
  return `${objects}, ${bytes} (${percent(known)})`
}

/** How fast it gets on, and about how long it still takes; undefined where neither is known. */
export function pace(scan: Standing): string | undefined {
  if (!scan.pace) return undefined
  const { objects_per_second, bytes_per_second, remaining_seconds } = scan.pace
  const objects = rate(objects_per_second)
  const bytes = size(Math.round(bytes_per_second))
  const fast = `${objects} ${objects === '1' ? 'object' : 'objects'}, ${bytes} a second`
  if (typeof remaining_seconds === 'number')
    return `${fast}; about ${lasting(remaining_seconds)} left`
  return scan.all_listed ? fast : `${fast}; how long it takes is known when all is listed`
}
