import type { Level as Word } from '../api/records.ts'

/** How bad it is when a value gets out: said in a word, so that no one depends on its colour. */
export function Level({ level }: { level: Word }) {
  return <span class={`level ${level}`}>{level}</span>
}
